import type { Report, ReportBlock, ReportFinding } from '../../src/report/report.ts';
import type { RequestWindow } from './drive.ts';
import type { CallPlace, RealLabel, RealProgram } from './realProgram.ts';
import type { RealRun } from './record.ts';

/** How the product did on one label. */
export interface LabelScore {
  readonly label: RealLabel;
  /** A block was found while the request was under way. */
  readonly isHit: boolean;
  readonly isRightCall: boolean;
  readonly isExactLine: boolean;
  readonly isRightCause: boolean;
  /** What it named, most time first. */
  readonly said: readonly string[];
}

/** How it did on one program. */
export interface ProgramScore {
  readonly labels: readonly LabelScore[];
  readonly findings: number;
  /** Findings that no label knows. */
  readonly unmatched: readonly string[];
}

const isOfCode = ({ group }: { readonly group?: string }): boolean =>
  group !== 'startup' && group !== 'starved';

/** Whether two names of a file mean the same one: a script may be named by an address of its own. */
const isSameFile = (told: string, known: string): boolean => told === known;

function isPlace({ callSite }: ReportFinding, { file, callee }: CallPlace): boolean {
  if (callSite === null || !isSameFile(callSite.file, file)) return false;
  return callSite.callee === callee || callSite.written === callee;
}

const placesOf = (label: RealLabel): readonly CallPlace[] => [label, ...(label.also ?? [])];

/** One line about a finding. */
export function describeFinding({ callSite, cause, totalMs, count }: ReportFinding): string {
  const where =
    callSite === null
      ? 'no call'
      : `${callSite.written ?? callSite.callee ?? '(no callee)'} at ${callSite.file}:${String(callSite.line)}` +
        ` (${callSite.precision}${callSite.awaited === true ? ', awaited' : ''})`;
  return `${where} ${cause} ${totalMs.toFixed(0)} ms in ${String(count)}`;
}

/** The blocks that lie mostly within windows. In those that were held off the CPU for the most part code ran, too. */
function blocksIn(report: Report, windows: readonly RequestWindow[]): readonly ReportBlock[] {
  const startedAt = Date.parse(report.recording.startedAt ?? '');
  return report.blocks
    .filter(({ group }) => group !== 'startup')
    .filter(({ startMs, durationMs }) => {
      const from = startedAt + startMs;
      return windows.some(
        (window) => Math.min(window.to, from + durationMs) - Math.max(window.from, from) > durationMs / 2,
      );
    });
}

/** The findings of blocks, most time first. */
function heaviest(report: Report, blocks: readonly ReportBlock[]): readonly ReportFinding[] {
  const times = new Map<string, number>();
  for (const { parts } of blocks)
    for (const { findingId, ms } of parts) times.set(findingId, (times.get(findingId) ?? 0) + ms);
  return [...times]
    .sort(([, a], [, b]) => b - a)
    .flatMap(([id]) => report.findings.filter((finding) => finding.id === id && finding.cause !== 'starved'));
}

/** One call may have findings of several causes. */
const placeOf = ({ callSite }: ReportFinding): string =>
  callSite === null ? '' : `${callSite.file}:${String(callSite.line)} ${callSite.callee ?? ''}`;

function scoreLabel(label: RealLabel, program: RealProgram, run: RealRun): LabelScore {
  const windows = run.windows.filter(({ id }) => id === label.request);
  const blocks = blocksIn(run.report, windows);
  const findings = heaviest(run.report, blocks);
  // Where a request is known to block in several calls, each may be the heaviest.
  const known = program.labels.filter(({ request }) => request === label.request).length;
  const places = [...new Set(findings.map(placeOf))].slice(0, known);
  const top = findings.filter((finding) => places.includes(placeOf(finding)));
  const isRight = (finding: ReportFinding): boolean =>
    placesOf(label).some((place) => isPlace(finding, place));
  const isExact = (finding: ReportFinding): boolean =>
    placesOf(label).some((place) => isPlace(finding, place) && place.line === finding.callSite?.line);
  const found = top.find(isExact) ?? top.find(isRight);
  return {
    label,
    isHit: findings.length > 0,
    isRightCall: found !== undefined,
    isExactLine: found !== undefined && isExact(found),
    // A first request also loads modules: then the same call has a finding for each cause.
    isRightCause: (found === undefined ? top.slice(0, 1) : findings.filter(isRight)).some(({ cause }) =>
      label.causes.includes(cause),
    ),
    said: findings.map(describeFinding),
  };
}

/** Compares a report with what is known of the program. */
export function scoreRun(program: RealProgram, run: RealRun): ProgramScore {
  const places = program.labels.flatMap(placesOf);
  // Nothing is known of what runs while no request is under way, such as what a server loads before it listens.
  const within = new Set(
    blocksIn(run.report, run.windows).flatMap(({ parts }) => parts.map(({ findingId }) => findingId)),
  );
  const own = run.report.findings.filter((finding) => isOfCode(finding) && within.has(finding.id));
  return {
    labels: program.labels.map((label) => scoreLabel(label, program, run)),
    findings: own.length,
    unmatched: own.filter((finding) => !places.some((place) => isPlace(finding, place))).map(describeFinding),
  };
}
