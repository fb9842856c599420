import { resolve } from 'node:path';
import { lineOfLandmark } from '../analysis/source/landmark.ts';
import type { SourceProvider } from '../code/sourceProvider.ts';
import type { Finding } from '../report/finding.ts';
import { fromReport } from '../report/fromReport.ts';
import type { Report } from '../report/report.ts';
import { proposeFor, type ProjectFinder } from './investigate.ts';

/**
 * The report with remedies that were planned with the project around each call: while a program is recorded only the file of
 * the call is looked at, and what needs its callers counts as not possible. A call that has moved since keeps what it had.
 */
export function proposeAgain(
  report: Report,
  provider: SourceProvider,
  root: string,
  projectAround: ProjectFinder,
): Report {
  const isInPlace = ({ callSite }: Finding): boolean => {
    if (typeof callSite?.text !== 'string') return false;
    const source = provider.read(resolve(root, callSite.file));
    return source !== undefined && lineOfLandmark(source.text, callSite.text) === callSite.range.start.line;
  };
  const found = fromReport(report);
  const findings = found.findings.filter(isInPlace);
  const proposed = proposeFor({ ...found, findings }, provider, root, projectAround).report;
  const byId = new Map(proposed.findings.map((finding) => [finding.id, finding]));
  return { ...report, findings: report.findings.map((finding) => byId.get(finding.id) ?? finding) };
}
