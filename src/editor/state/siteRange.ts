import type { Range } from '../../base/position.ts';
import { siteRange } from '../../report/fromReport.ts';
import type { ReportCallSite } from '../../report/report.ts';

/** Longest range for which a squiggle still points at something: a function is shown by its first line. */
const mostLines = 12;

/** Zero-based range of a call site; functions and lines that were only proven as such stay on their first line. */
export function rangeOf(site: ReportCallSite): Range {
  const { start, end } = siteRange(site);
  const isLong = end.line - start.line > mostLines;
  return isLong ? { start, end: { line: start.line, column: start.column + 1 } } : { start, end };
}
