import type { FindingSite } from '../../report/finding.ts';

/** A callee as written may be a whole chain; longer ones go by their name. */
const longestCallee = 40;

/** Words joined by dots where they are called. */
const called = /(?<![\w$.#?])([A-Za-z_$#][\w$.#?]*)(?:<[^()]*>)?(?=\()/g;
/** What stands before a parenthesis without being called. */
const keywords = /^(?:if|for|while|switch|catch|return|typeof|await|yield|function|super|import|with)$/;

/**
 * The callee as the source has it (`JSON.parse`, not `parse`), where the source shows it in one piece. V8 names a function by
 * the place where it was made (`ret`), which nobody finds at the call: a line with a single call tells that call's name instead.
 */
export function writtenCallee(
  { callee, range, precision }: Pick<FindingSite, 'callee' | 'range' | 'precision'>,
  source: string | undefined,
): string | null {
  const line = source?.split('\n')[range.start.line];
  if (callee === null || line === undefined || precision === 'function') return callee;
  if (precision === 'call') return writtenAt(line.slice(range.start.column), callee);
  const calls = callsOn(line);
  const [only] = calls.filter((call) => nameOf(call) === callee).length > 0 ? [] : calls;
  return only !== undefined && calls.length === 1 && only.length <= longestCallee ? only : callee;
}

function writtenAt(code: string, callee: string): string {
  const written = /^(?:new )?[\w$.#?]+(?=\()/.exec(code)?.[0];
  return written?.endsWith(callee) === true && written.length <= longestCallee ? written : callee;
}

/** The names called on a line, each once. */
const callsOn = (line: string): readonly string[] => [
  ...new Set([...line.matchAll(called)].flatMap(([, name = '']) => (keywords.test(name) ? [] : [name]))),
];

const nameOf = (call: string): string => call.split(/[.#?]+/).at(-1) ?? call;
