import { lateLoopOf } from '../../report/figures/lateLoop.ts';
import type { Report } from '../../report/report.ts';
import { lateLoopText } from '../../wording/lateLoopText.ts';
import { english } from '../../wording/localizer.ts';
import type { Proposal } from '../../investigation/investigate.ts';
import { inkOf, type Ink, type RenderStyle } from '../ink.ts';
import { counted } from '../../wording/numbers/formatNumbers.ts';
import { renderFinding } from './renderFinding.ts';
import { renderOverview, type OverviewRow } from './renderOverview.ts';
import { renderSummary } from './renderSummary.ts';
import { printable, wrap } from '../text.ts';
import { notMeasured, notMeasuredText } from '../output/notMeasured.ts';

/** How a report is shown, and what it is shown with. */
export interface ReportView extends RenderStyle {
  /** Reads a file by its name in the report; undefined where it cannot. */
  readonly excerpts: { read(file: string): string | undefined };
  /** What can be done about each finding, by finding id. */
  readonly proposals: ReadonlyMap<string, Proposal>;
}

/** More findings than this are for the JSON report. */
const mostFindings = 30;

/** The command that applies the first fix there is. */
function nextStep(rows: readonly OverviewRow[], ink: Ink): readonly string[] {
  const fixes = rows.filter(({ proposal }) => proposal?.kind === 'diff').length;
  const [place] = rows.flatMap(({ finding: { callSite }, proposal }) =>
    callSite !== null && proposal?.kind === 'diff'
      ? [printable(`${callSite.file}:${String(proposal.line)}:${String(proposal.column)}`)]
      : [],
  );
  if (place === undefined) return [];
  const words = `${counted(fixes, 'finding')} with a fix. Apply one: offloop fix ${place} --write`;
  return ['', ink.quiet('─'.repeat(ink.width)), ...wrap(words, ink.width)];
}

/** What an empty list of findings means: without samples, nothing is known. */
function withoutFindings(report: Report, ink: Ink): readonly string[] {
  const late = lateLoopOf(report);
  if (late !== null) return wrap(lateLoopText(late, english), ink.width).map(ink.mark);
  if (report.recording.samples > 0) return [ink.good('Nothing blocked the event loop.')];
  return wrap(notMeasuredText('nothing', report), ink.width).map(ink.mark);
}

/**
 * The report that a person reads: a summary, an overview, then each finding, the most blocked time first. No newline at
 * the end.
 */
export function renderReport(report: Report, view: ReportView): string {
  const ink = inkOf(view);
  const rule = ink.quiet('─'.repeat(ink.width));
  const rows = report.findings.slice(0, mostFindings).map((finding): OverviewRow => {
    const { callSite } = finding;
    const hasText = callSite !== null && callSite.place === undefined;
    const source = hasText ? view.excerpts.read(callSite.file) : undefined;
    return { finding, source, proposal: view.proposals.get(finding.id) };
  });
  const overview = rows.length > 1 ? ['', ...renderOverview(rows, ink)] : [];
  const findings = rows.flatMap(({ finding, ...context }, index) => [
    '',
    rule,
    ...renderFinding(finding, index + 1, { report, ...context }, ink),
  ]);
  const hidden = report.findings.length - rows.length;
  const more = hidden > 0 ? ['', rule, `${counted(hidden, 'more finding')}: --json writes them all.`] : [];
  // What was recorded served nothing: that comes before anything else.
  const isUnknown = notMeasured(report) === 'launcher';
  const unknown = isUnknown ? wrap(notMeasuredText('launcher', report), ink.width).map(ink.mark) : [];
  const none = rows.length === 0 && unknown.length === 0 ? ['', ...withoutFindings(report, ink)] : [];
  const lines = [
    ...unknown,
    ...renderSummary(report, ink),
    ...overview,
    ...findings,
    ...more,
    ...nextStep(rows, ink),
    ...none,
  ];
  return ['', ...lines].join('\n');
}
