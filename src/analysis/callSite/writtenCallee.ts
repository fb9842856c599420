import type { FindingSite } from '../../report/finding.ts';

/** A callee as written may be a whole chain; longer ones go by their name. */
const longestCallee = 40;

/** The callee as the source has it (`JSON.parse`, not `parse`), where the source shows it in one piece. */
export function writtenCallee(
  { callee, range, precision }: Pick<FindingSite, 'callee' | 'range' | 'precision'>,
  source: string | undefined,
): string | null {
  if (precision !== 'call') return callee;
  const code = source?.split('\n')[range.start.line]?.slice(range.start.column);
  const written = code === undefined ? undefined : /^(?:new )?[\w$.#?]+(?=\()/.exec(code)?.[0];
  return written?.endsWith(callee ?? '') === true && written.length <= longestCallee ? written : callee;
}
