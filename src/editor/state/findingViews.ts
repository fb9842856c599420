import type { Report, ReportBlock, ReportFinding } from '../../analysis/report.ts';
import { compareReports, type Verdict } from '../../investigation/compareReports.ts';
import { currentRun, isRunning, type Run, type Session } from './session.ts';

/** A finding as surfaces show it: what was measured now, what was measured before, and what came of it. */
export interface FindingView {
  readonly id: string;
  readonly session: Session;
  /** The run whose source text the call site refers to. */
  readonly run: Run;
  /** The numbers of the current run, or of the earlier one when the current run saw nothing. */
  readonly finding: ReportFinding;
  /** Its callee as the source has it; null when a function blocks by itself, or no code does. */
  readonly callee: string | null;
  /** The earlier run's finding; null for the first run of a program. */
  readonly before: ReportFinding | null;
  /** Null for the first run of a program. */
  readonly verdict: Verdict | null;
  /** Share of the recording that it blocked, 0 to 1; null where nothing was recorded. */
  readonly share: number | null;
  /** Its longest block. */
  readonly longest: ReportBlock | null;
}

/** Sessions of one program: the same script, started in the same folder. */
const programOf = ({ kind, root, title, target }: Session): string =>
  JSON.stringify([kind, root, target?.title ?? title, target?.cwd ?? null]);

/**
 * Findings of all sessions; of a program's several sessions the last one counts, and each whose process still runs: they
 * run side by side. They are compared with those before whose processes have ended.
 */
export function findingViews(sessions: readonly Session[]): readonly FindingView[] {
  const programs = new Map<string, Session[]>();
  for (const session of sessions) {
    const program = programOf(session);
    programs.set(program, [...(programs.get(program) ?? []), session]);
  }
  const views = [...programs.values()].flatMap(viewsOfProgram);
  const measured = new Set(views.filter(isMeasured).map(({ id }) => id));
  // A hint of the scan says less than a measurement of the same call.
  return views.filter((view) => isMeasured(view) || !measured.has(view.id));
}

const isMeasured = ({ session }: FindingView): boolean => session.kind !== 'scan';

/** Runs of a program in order of time, each with its session. */
interface OwnedRun {
  readonly session: Session;
  readonly run: Run;
}

function viewsOfProgram(sessions: readonly Session[]): readonly FindingView[] {
  const last = sessions.at(-1);
  const shown = sessions.filter((session) => isRunning(session) || session === last);
  const views = new Map<string, FindingView>();
  for (const view of shown.flatMap((session) => viewsOfSession(session, sessions))) {
    const known = views.get(view.id);
    if (known === undefined || saysMore(view, known)) views.set(view.id, view);
  }
  return [...views.values()];
}

/** Whether a session's view of a call says more than that of a session before: what was measured last, and more of it. */
function saysMore(view: FindingView, known: FindingView): boolean {
  const isNow = ({ session, run }: FindingView): boolean => currentRun(session) === run;
  if (isNow(view) !== isNow(known)) return isNow(view);
  return !isNow(view) || view.finding.totalMs >= known.finding.totalMs;
}

function viewsOfSession(last: Session, sessions: readonly Session[]): readonly FindingView[] {
  const before = sessions.filter((session) => session.id < last.id && !isRunning(session));
  const owned = [...before, last].flatMap((session) =>
    session.runs.map((run): OwnedRun => ({ session, run })),
  );
  const run = currentRun(last);
  const earlier = run === null ? owned : owned.slice(0, -1);
  const current: OwnedRun | null = run === null ? null : { session: last, run };
  const seen = new Map<string, FindingView>();
  if (current !== null) {
    for (const finding of current.run.report.findings) {
      seen.set(finding.id, viewOf(finding, current, compared(finding.id, earlier, current.run.report)));
    }
  }
  for (const { id } of earlier.flatMap((each) => each.run.report.findings)) {
    if (!seen.has(id)) seen.set(id, earlierView(id, earlier, current, last));
  }
  return [...seen.values()];
}

interface Before {
  readonly owner: OwnedRun;
  readonly finding: ReportFinding;
  readonly verdict: Verdict;
}

/** What a finding was in the earlier run that says most about it, and what became of it. */
function compared(id: string, earlier: readonly OwnedRun[], now: Report | null): Before | null {
  let best: { owner: OwnedRun; finding: ReportFinding } | null = null;
  for (const owner of earlier) {
    const finding = owner.run.report.findings.find((each) => each.id === id);
    if (finding !== undefined && finding.count >= (best?.finding.count ?? 0)) best = { owner, finding };
  }
  if (best === null) return null;
  if (now === null) return { ...best, verdict: 'cannot-tell' };
  // Only this finding is compared: the rest of the two reports is not looked at.
  const before = { ...best.owner.run.report, findings: [best.finding] };
  const after = { ...now, findings: now.findings.filter((each) => each.id === id) };
  return { ...best, verdict: compareReports(before, after).findings[0]?.verdict ?? 'cannot-tell' };
}

function earlierView(
  id: string,
  earlier: readonly OwnedRun[],
  current: OwnedRun | null,
  session: Session,
): FindingView {
  const before = compared(id, earlier, current?.run.report ?? null);
  if (before === null) throw new Error(`Finding ${id} is in no earlier run.`);
  const view = viewOf(before.finding, before.owner, before);
  return { ...view, session };
}

function viewOf(finding: ReportFinding, owner: OwnedRun, before: Before | null): FindingView {
  const { report } = owner.run;
  const { durationMs } = report.recording;
  return {
    id: finding.id,
    session: owner.session,
    run: owner.run,
    finding,
    callee: owner.run.callees.get(finding.id) ?? finding.callSite?.callee ?? null,
    before: before?.finding ?? null,
    verdict: before?.verdict ?? null,
    share: durationMs > 0 ? Math.min(finding.totalMs / durationMs, 1) : null,
    longest: longestBlock(report, finding.id),
  };
}

/** The block in which a finding's part was longest. */
function longestBlock(report: Report, id: string): ReportBlock | null {
  let best: ReportBlock | null = null;
  let most = -1;
  for (const block of report.blocks) {
    const ms = block.parts.find(({ findingId }) => findingId === id)?.ms ?? -1;
    if (ms > most) [best, most] = [block, ms];
  }
  return best;
}

/** Whether a finding is proven to block no more. */
export const isGone = ({ verdict }: FindingView): boolean => verdict === 'gone';
