import { resolve } from 'node:path';
import { analyzeRecording, type AnalysisOptions } from '../analysis/analyzeRecording.ts';
import type { Recording } from '../analysis/recording.ts';
import { planRemedies } from '../analysis/remedies/planRemedies.ts';
import { toReportRemedy, type RemedyOffer } from '../analysis/remedies/remedyOffer.ts';
import type { Report, ReportFinding } from '../analysis/report.ts';
import type { SourceProvider, SourceText } from '../analysis/sourceProvider.ts';
import { fixDiff } from './fixDiff.ts';

/** What can be done about one finding: a change to read, or one sentence why none is offered. */
export type Proposal =
  | { readonly kind: 'diff'; readonly title: string; readonly diff: string }
  | { readonly kind: 'none'; readonly reason: string };

/** A report with what is proposed for each finding, by finding id. */
export interface Investigation {
  readonly report: Report;
  readonly proposals: ReadonlyMap<string, Proposal>;
}

/** The module name that fixes import the executor from unless told otherwise. */
export const defaultExecutorModule = '@offloop/executor';

const reasonWithoutSite: Partial<Record<ReportFinding['cause'], string>> = {
  gc: 'Only the garbage collector ran: allocate less, or give the process more memory.',
  starved: 'The process did not get the CPU: no change of its code helps.',
};

function offersFor(site: NonNullable<ReportFinding['callSite']>, source: SourceText): readonly RemedyOffer[] {
  return planRemedies(source, {
    path: source.path,
    position: { line: site.line - 1, column: site.column - 1 },
    kind: null,
    executorModule: defaultExecutorModule,
  });
}

/** Why nothing is offered for a finding whose call is not known exactly. */
function reasonWithoutCall(finding: ReportFinding): string {
  const site = finding.callSite;
  if (site === null) return reasonWithoutSite[finding.cause] ?? 'No code of the project was on the stack.';
  if (site.origin !== 'user')
    return `The time is spent in ${site.file}, which is not the project's own code.`;
  if (site.precision === 'line')
    return `${site.function} spends the time itself: move it to a worker, or yield in its loop.`;
  return `${site.callee ?? 'The call'} appears more than once in ${site.function}, or not by that name: no single call is proven.`;
}

function proposalOf(offers: readonly RemedyOffer[], source: SourceText): Proposal {
  const best = offers.find(({ outcome }) => outcome.ok);
  if (best?.outcome.ok === true) {
    return { kind: 'diff', title: best.title, diff: fixDiff(source, best.outcome.value.edits) };
  }
  const refused = offers[0]?.outcome;
  return {
    kind: 'none',
    reason: refused?.ok === false ? refused.error.message : 'No remedy is known for this call.',
  };
}

/** Looks up what can be done about each finding of a report, and enters the remedies into it. */
export function proposeFor(report: Report, provider: SourceProvider, root: string): Investigation {
  const proposals = new Map<string, Proposal>();
  const findings = report.findings.map((finding): ReportFinding => {
    const site = finding.callSite;
    const isCall = site?.precision === 'call' && site.origin === 'user';
    const source = isCall ? provider.read(resolve(root, site.file)) : undefined;
    if (site === null || source === undefined) {
      proposals.set(finding.id, { kind: 'none', reason: reasonWithoutCall(finding) });
      return finding;
    }
    const offers = offersFor(site, source);
    proposals.set(finding.id, proposalOf(offers, source));
    return { ...finding, remedies: offers.map(toReportRemedy) };
  });
  return { report: { ...report, findings }, proposals };
}

/**
 * Analyses a recording and looks up what can be done about each finding. Synchronous: off the extension host's loop
 * this runs in the recorder process, on the command line in place.
 */
export function investigate(
  recording: Recording,
  provider: SourceProvider,
  options: AnalysisOptions,
): Investigation {
  return proposeFor(analyzeRecording(recording, provider, options), provider, options.root);
}
