/**
 * Why the loop was late although nothing blocked it, by what held it up. The editor translates these sentences.
 * `turns`: {0} is the length of the longest turn, {1} how many callbacks it held. `delay`: {0} is the longest delay.
 */
export const lateLoopTexts = {
  turns:
    'No single callback was long enough to be a block, but one turn of the event loop took {0} and ran {1}.',
  oneTurn:
    'No callback was long enough to be a block, but one turn of the event loop took {0}, including the work of Node itself.',
  delay: 'No callback was long enough to be a block, but the event loop was once late by {0}.',
} as const;
