import type { ReportFinding } from '../../report/report.ts';
import { placeText, titleWithoutSite } from '../../report/exports/findingWords.ts';
import { printable } from '../text.ts';

/** `file:line:column`, the file alone where no line is known; null where no code is to blame. */
export const placeOf = ({ callSite }: ReportFinding): string | null =>
  callSite === null ? null : printable(callSite.place === 'file' ? callSite.file : placeText(callSite));

/** What was called, and by which function. */
export function titleOf({ callSite, cause }: ReportFinding): string {
  if (callSite === null) return titleWithoutSite(cause);
  const { function: name, callee, written } = callSite;
  return printable(callee === null || callee === name ? name : `${written ?? callee} in ${name}`);
}
