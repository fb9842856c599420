import type { Range } from '../../base/position.ts';
import type { ReportCallSite } from '../../report/report.ts';

/** Longest range for which a squiggle still points at something: a function is shown by its first line. */
const mostLines = 12;

/** Zero-based range of a call site; functions and lines that were only proven as such stay on their first line. */
export function rangeOf(site: ReportCallSite): Range {
  const start = { line: site.line - 1, column: site.column - 1 };
  const isLong = site.endLine - site.line > mostLines;
  const end = isLong
    ? { line: start.line, column: start.column + 1 }
    : { line: site.endLine - 1, column: site.endColumn - 1 };
  return { start, end };
}
