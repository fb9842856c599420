/** What a remedy of a kind does, as a menu entry. The schemas list the same kinds: `npm run generate`. */
export const remedyTitles = {
  async: 'Use the asynchronous version',
  thread: 'Run in a worker thread',
  executor: 'Run in an executor',
  extract: 'Move to a worker module',
  hoist: 'Read once at start-up',
  yield: 'Yield in the loop',
  stream: 'Stream instead',
  advice: 'Advice',
} as const;

/** How a call stops blocking the loop. The kinds appear in JSON, so none is ever renamed. */
export type RemedyKind = keyof typeof remedyTitles;

/** Kinds that there are plans for, in the order in which they are offered: the safest and best first. */
export const offeredKinds = [
  'async',
  'thread',
  'executor',
  'extract',
] as const satisfies readonly RemedyKind[];

/** A remedy that there are plans for. */
export type OfferedKind = (typeof offeredKinds)[number];
