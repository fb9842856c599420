/** What a text says about SIGUSR1, the signal that opens the inspector of a Node process unless the program handles it. */

/** The name in one piece, or its beginning where the rest is computed (`SIGUSR${n}`, `'SIG' + 'USR1'`); not SIGUSR2. */
const signalName = /(?:SIG)?USR(?!2)(?![A-Za-z])/;
/**
 * All signals of the system, by their table: a loop over it takes SIGUSR1 with the others. To look one up does not:
 * `process.exit(128 + constants.signals[name])`.
 */
const allSignals =
  /\bconstants\b[^;\n]{0,40}\bsignals\b(?!\s*(?:\?\.|\.\s*SIG|\[))|\bsignals\b[^;\n]{0,40}\bconstants\b/;
const listening = /\b(?:on|once|addListener|prependListener|prependOnceListener)\b/;
/** Sending the signal to somebody else: `process.kill(pid, 'SIGUSR1')`, `child.kill('SIGUSR1')`, `kill -USR1 4711`. */
const sending = /\bkill\s*\([^()]*(?:\([^()]*\)[^()]*)*\)|\bkill\s+-(?:s\s+|n\s+)?(?:SIG)?USR1\b/g;

/** Whether a line is nothing but a comment. One after code is not looked for: it may be a string with `//` in it. */
function isComment(line: string): boolean {
  const text = line.trim();
  if (text.startsWith('/*')) return !/\*\/\s*\S/.test(text);
  return text.startsWith('//') || (text.startsWith('*') && !text.startsWith('*/'));
}

/** The 1-based line of a text that names SIGUSR1 for something else than sending it; null when there is none. */
export function namesSignal(text: string): number | null {
  if (!text.includes('USR') && !text.includes('signals')) return null;
  const lines = text.split('\n');
  const takesAll = listening.test(text) && /\bprocess\b/.test(text);
  for (const [index, line] of lines.entries()) {
    if (!signalName.test(line) && !(takesAll && allSignals.test(line))) continue;
    if (isComment(line)) continue;
    const rest = line.replace(sending, '');
    if (signalName.test(rest) || (takesAll && allSignals.test(rest))) return index + 1;
  }
  return null;
}

/** Whether a text listens to events of the process, signals among them. */
export const listensToProcess = (text: string): boolean => /\bprocess\b/.test(text) && listening.test(text);
