import type { ReportCallSite, ReportFinding } from '../analysis/report.ts';
import { printable } from './text.ts';

/** A callee as written may be a whole chain; longer ones go by their name. */
const longestCallee = 40;

/** `file:line:column`; null where no code is to blame. */
export const placeOf = ({ callSite }: ReportFinding): string | null =>
  callSite === null
    ? null
    : printable(`${callSite.file}:${String(callSite.line)}:${String(callSite.column)}`);

/** The callee as the source has it (`JSON.parse`, not `parse`), where the source shows it in one piece. */
function calleeText({ callee, line, column }: ReportCallSite, source: string | undefined): string | null {
  const code = source?.split('\n')[line - 1]?.slice(column - 1);
  const written = code === undefined ? undefined : /^(?:new )?[\w$.#?]+(?=\()/.exec(code)?.[0];
  return written?.endsWith(callee ?? '') === true && written.length <= longestCallee ? written : callee;
}

/** What was called, and by which function. */
export function titleOf({ callSite, cause }: ReportFinding, source: string | undefined): string {
  if (callSite === null) {
    if (cause === 'gc') return 'Garbage collection';
    return cause === 'starved' ? 'No CPU for the process' : 'Code outside the project';
  }
  const { function: name, precision } = callSite;
  const callee = precision === 'call' ? calleeText(callSite, source) : callSite.callee;
  return printable(callee === null || callee === name ? name : `${callee} in ${name}`);
}
