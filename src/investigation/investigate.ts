import { resolve } from 'node:path';
import { findBlocks, type AnalysisOptions } from '../analysis/analyzeRecording.ts';
import { landmarkOf } from '../analysis/source/landmark.ts';
import { writtenCallee } from '../analysis/callSite/writtenCallee.ts';
import type { Recording } from '../recording/recording.ts';
import { relativeTo } from '../report/relativePath.ts';
import { exactPosition } from '../remedies/locateCall.ts';
import { bestOffer } from '../remedies/planRemedies.ts';
import { fileAlone, type ProjectSources } from '../code/modules/projectSources.ts';
import { listedAssumptions, toReportRemedy } from '../remedies/remedyOffer.ts';
import { modelSource } from '../code/sourceModel.ts';
import type { Finding, Findings, FindingSite } from '../report/finding.ts';
import type { Report, ReportAssumption } from '../report/report.ts';
import { toReport } from '../report/toReport.ts';
import type { SourceProvider, SourceText } from '../code/sourceProvider.ts';
import { buildFixes, type FixOffer, type FixRequest } from '../fixes/buildFix.ts';
import { hunksOf } from '../fixes/diff.ts';
import { defaultExecutorModule } from '../fixes/executorModule.ts';
import { toOneBased } from '../base/position.ts';
import { possibleLines, uncertainReason } from './uncertainCall.ts';
import { LoadedCodeReader } from './verdicts/loadedCode.ts';

/** What can be done about one finding: a change to read, or one sentence why none is offered. */
export type Proposal =
  | {
      readonly kind: 'diff';
      readonly title: string;
      /** The change of the finding's own file. */
      readonly diff: string;
      /** Other files that change, relative to the root. */
      readonly elsewhere: readonly string[];
      /** What must hold and could not be proven; not empty = needs review. */
      readonly assumptions: readonly ReportAssumption[];
      readonly warnings: readonly string[];
      /** 1-based position that means this call and no other one of a chain. */
      readonly line: number;
      readonly column: number;
    }
  | { readonly kind: 'none'; readonly reason: string };

/** A report with what is proposed for each finding, by finding id. */
export interface Investigation {
  readonly report: Report;
  readonly proposals: ReadonlyMap<string, Proposal>;
}

const reasonWithoutSite: Partial<Record<Finding['cause'], string>> = {
  gc: 'Only the garbage collector ran. Allocate less, or give the process more memory.',
  starved: 'The process did not get the CPU. No change to its code helps.',
};

/** Gives the project around a file, for fixes that reach beyond the file. */
export type ProjectFinder = (path: string) => ProjectSources;

const requestFor = (site: FindingSite, source: SourceText, project: ProjectSources): FixRequest => ({
  source,
  project,
  position: site.range.start,
  callee: site.callee,
  end: site.range.end,
  kind: null,
  executorModule: defaultExecutorModule,
  // A report shows what becomes of the code.
  executor: null,
  types: null,
});

/** Code of a name without such an ending was never a file (`[eval]`), so that no folder could be named for it. */
const sourceFile = /\.(?:[cm]?[jt]sx?|vue|svelte)$/;

/** A file name that a reader can find: an absolute path for a file outside the root. */
const fileOutside = (root: string, file: string): string =>
  file.startsWith('../') ? resolve(root, file) : file;

/** Why nothing is offered for a finding whose call is not known exactly, or whose source is not here. */
function reasonWithoutCall(finding: Finding, source: SourceText | undefined, root: string): string {
  if (finding.stale) return 'The source changed here after the program had loaded it. Restart the program.';
  const site = finding.callSite;
  if (site?.place === 'address')
    return 'This code was made at run time and is in no file. Change the code that makes it.';
  if (site === null) return reasonWithoutSite[finding.cause] ?? 'No code of the project was on the stack.';
  if (site.origin !== 'user')
    return `The time is spent in ${site.file}, which is not the project's own code.`;
  if (source === undefined && site.place === undefined && sourceFile.test(site.file))
    return `${fileOutside(root, site.file)} is not on this machine: name its folder with --map.`;
  if (site.place === 'file')
    return `${site.file} differs from the code that ran. Record the running program to see the line.`;
  return uncertain(site, source);
}

/** Why a call is not certain, with the way to look at each that it may be. */
function uncertain(site: FindingSite, source: SourceText | undefined): string {
  const lines = source === undefined ? null : possibleLines(modelSource(source), site);
  const reason = uncertainReason(site, lines);
  const [first, second] = lines ?? [];
  return second === undefined ? reason : `${reason} Look at each: offloop fix ${site.file}:${String(first)}`;
}

function proposalOf(offers: readonly FixOffer[], request: FixRequest, root: string): Proposal {
  const { title, outcome } = bestOffer(offers);
  if (!outcome.ok) return { kind: 'none', reason: outcome.error.message };
  const { files, assumptions, warnings } = outcome.value;
  const { source } = request;
  const own = files.find(({ path }) => path === source.path);
  const nameOf = (path: string): string => relativeTo(root, path);
  const exact = exactPosition(modelSource(source), request) ?? request.position;
  const { line, column } = toOneBased({ line: exact.line, column: exact.column ?? 0 });
  return {
    kind: 'diff',
    title,
    diff: own === undefined ? '' : hunksOf(own),
    elsewhere: files.filter((file) => file !== own).map(({ path }) => nameOf(path)),
    assumptions: listedAssumptions(assumptions, nameOf),
    warnings,
    line,
    column,
  };
}

/** The finding with its callee as the source has it, where that says more than the callee's name. */
function withWritten(finding: Finding, source: SourceText | undefined): Finding {
  const { callSite } = finding;
  const written = callSite === null ? null : writtenCallee(callSite, source?.text);
  if (callSite === null || written === null || written === callSite.callee) return finding;
  return { ...finding, callSite: { ...callSite, written } };
}

const isOwnCall = ({ callSite, stale }: Finding): boolean =>
  callSite?.precision === 'call' && callSite.origin === 'user' && !stale;

/**
 * Writes the report of what was found: looks up what can be done about each finding, and enters the remedies, and the callee
 * as written.
 * Without `projectAround` only the file of each call is known: fixes that need the callers are refused then.
 */
export function proposeFor(
  found: Findings,
  provider: SourceProvider,
  root: string,
  projectAround?: ProjectFinder,
): Investigation {
  const proposals = new Map<string, Proposal>();
  const findings = found.findings.map((finding): Finding => {
    const site = finding.callSite;
    const isNowhere = site === null || site.place !== undefined;
    const source = isNowhere ? undefined : provider.read(resolve(root, site.file));
    const named = withWritten(finding, source);
    if (site === null || source === undefined || !isOwnCall(finding)) {
      const reason = reasonWithoutCall(finding, source, root);
      proposals.set(finding.id, { kind: 'none', reason });
      return named;
    }
    const request = requestFor(site, source, projectAround?.(source.path) ?? fileAlone);
    const offers = buildFixes(request);
    proposals.set(finding.id, proposalOf(offers, request, root));
    const callSite = { ...(named.callSite ?? site), text: landmarkOf(source.text, site.range.start.line) };
    return {
      ...named,
      callSite,
      remedies: offers.map((each) => toReportRemedy(each, (path) => relativeTo(root, path))),
    };
  });
  return { report: toReport({ ...found, findings }), proposals };
}

/**
 * Analyses a recording and looks up what can be done about each finding. Synchronous: off the extension host's loop
 * this runs in the recorder process, on the command line in place.
 */
export function investigate(
  recording: Recording,
  provider: SourceProvider,
  options: AnalysisOptions,
  projectAround?: ProjectFinder,
): Investigation {
  const analysed = findBlocks(recording, provider, options);
  const found = new LoadedCodeReader(provider, options).enter(analysed, recording);
  return proposeFor(found, provider, options.root, projectAround);
}
