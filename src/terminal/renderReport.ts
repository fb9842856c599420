import type { Report } from '../analysis/report.ts';
import type { Proposal } from '../investigation/investigate.ts';
import { inkOf, type RenderStyle } from './ink.ts';
import { counted } from './numbers.ts';
import { renderFinding } from './renderFinding.ts';
import { renderSummary } from './renderSummary.ts';

/** How a report is shown, and what it is shown with. */
export interface ReportView extends RenderStyle {
  /** Reads a file by its name in the report; undefined where it cannot. */
  readonly excerpts: { read(file: string): string | undefined };
  /** What can be done about each finding, by finding id. */
  readonly proposals: ReadonlyMap<string, Proposal>;
}

/** More findings than this are for the JSON report. */
const mostFindings = 30;

/** The report that a person reads: a summary, then each finding, the most blocked time first. No newline at the end. */
export function renderReport(report: Report, view: ReportView): string {
  const ink = inkOf(view);
  const rule = ink.quiet('─'.repeat(ink.width));
  const shown = report.findings.slice(0, mostFindings);
  const findings = shown.flatMap((finding, index) => {
    const source = finding.callSite === null ? undefined : view.excerpts.read(finding.callSite.file);
    const context = { report, source, proposal: view.proposals.get(finding.id) };
    return ['', rule, ...renderFinding(finding, index + 1, context, ink)];
  });
  const hidden = report.findings.length - shown.length;
  const more = hidden > 0 ? ['', rule, `${counted(hidden, 'more finding')}: --json writes them all.`] : [];
  const none = shown.length === 0 ? ['', ink.good('Nothing blocked the event loop.')] : [];
  return ['', ...renderSummary(report, ink), ...findings, ...more, ...none].join('\n');
}
