import type { Report, ReportBlock, ReportFinding } from '../../report/report.ts';
import { isCodeKnown } from '../../investigation/verdicts/codeChange.ts';
import { judgeFinding, type Judgement, type Verdict } from '../../investigation/verdicts/judgeFinding.ts';
import { currentRun, isActive, type Run, type Session } from './session.ts';

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
  /** What the verdict rests on; null for the first run of a program. */
  readonly judgement: Judgement | null;
  /** Share of the recording that it blocked, 0 to 1; null where nothing was recorded. */
  readonly share: number | null;
  /** Its longest block. */
  readonly longest: ReportBlock | null;
}

/** Sessions of one program: the same script, started in the same folder. */
const programOf = ({ kind, root, title, target }: Session): string =>
  JSON.stringify([kind, root, target?.title ?? title, target?.cwd ?? null]);

/**
 * Findings of all sessions. Only sessions that are recording a program count for it; if there are none, its last
 * session counts, with those that ran at the same time. A finding of several sessions is shown once, as the session
 * with the most evidence has it.
 */
export function findingViews(sessions: readonly Session[]): readonly FindingView[] {
  const programs = new Map<string, Session[]>();
  for (const session of sessions.filter((each) => currentRun(each) !== null)) {
    const program = programOf(session);
    programs.set(program, [...(programs.get(program) ?? []), session]);
  }
  const known = new Map<string, FindingView>();
  for (const session of [...programs.values()].flatMap(shownOfProgram)) {
    for (const view of viewsOfSession(session, sessions)) {
      const call = JSON.stringify([session.root, view.id]);
      const other = known.get(call);
      if (other === undefined || saysMore(view, other)) known.set(call, view);
    }
  }
  return [...known.values()];
}

function shownOfProgram(sessions: readonly Session[]): readonly Session[] {
  const recording = sessions.filter(isActive);
  if (recording.length > 0) return recording;
  const last = sessions.at(-1);
  return sessions.filter(({ id }) => last?.earlier.includes(id) !== true);
}

/** Whether a view of a finding is to be shown instead of another one; of two that say the same, the later session's. */
function saysMore(view: FindingView, other: FindingView): boolean {
  const ranks = [rankOf(view), rankOf(other)] as const;
  const at = ranks[0].findIndex((rank, index) => rank !== ranks[1][index]);
  return at === -1 || (ranks[0][at] ?? 0) > (ranks[1][at] ?? 0);
}

/** What counts in turn: a measurement more than the scan's hint, what is going on, what blocks, what is proven, how long. */
const rankOf = ({ session, verdict, finding }: FindingView): readonly number[] => [
  session.kind === 'scan' ? 0 : 1,
  isActive(session) ? 1 : 0,
  verdict === 'cannot-tell' ? 0 : verdict === 'gone' ? 1 : 2,
  finding.totalMs,
];

/** A run and its session. */
interface OwnedRun {
  readonly session: Session;
  readonly run: Run;
}

/** Findings of a session, compared with its own earlier runs and with sessions that were over when it started. */
export function viewsOfSession(session: Session, sessions: readonly Session[]): readonly FindingView[] {
  const run = currentRun(session);
  if (run === null) return [];
  const before = sessions.filter(
    (each) => session.earlier.includes(each.id) && programOf(each) === programOf(session),
  );
  const earlier = [...before, session].flatMap((each): OwnedRun[] =>
    each.runs.filter(({ key }) => key !== run.key).map((own) => ({ session: each, run: own })),
  );
  const current: OwnedRun = { session, run };
  const seen = new Map<string, FindingView>();
  for (const finding of run.report.findings) {
    seen.set(finding.id, viewOf(finding, current, compared(finding.id, earlier, run)));
  }
  for (const { id } of earlier.flatMap((each) => each.run.report.findings)) {
    if (!seen.has(id)) seen.set(id, earlierView(id, earlier, current));
  }
  return [...seen.values()];
}

interface Before {
  readonly owner: OwnedRun;
  readonly finding: ReportFinding;
  readonly judgement: Judgement;
}

/** What a finding was in the earlier run that says most about it, and what became of it. */
function compared(id: string, earlier: readonly OwnedRun[], now: Run): Before | null {
  let best: { owner: OwnedRun; finding: ReportFinding } | null = null;
  for (const owner of earlier) {
    const finding = owner.run.report.findings.find((each) => each.id === id);
    if (finding !== undefined && (best === null || tellsMore(finding, best.finding)))
      best = { owner, finding };
  }
  if (best === null) return null;
  return { ...best, judgement: judgeFinding(best.finding, best.owner.run.report, now.report) };
}

/** Whether a change of a finding's code shows better in this measurement; the later of two that say the same. */
function tellsMore(finding: ReportFinding, other: ReportFinding): boolean {
  const isKnown = isCodeKnown(finding);
  return isKnown === isCodeKnown(other) ? finding.count >= other.count : isKnown;
}

function earlierView(id: string, earlier: readonly OwnedRun[], { session, run }: OwnedRun): FindingView {
  const before = compared(id, earlier, run);
  if (before === null) throw new Error(`Finding ${id} is in no earlier run.`);
  return { ...viewOf(before.finding, before.owner, before), session };
}

function viewOf(finding: ReportFinding, owner: OwnedRun, before: Before | null): FindingView {
  const { report } = owner.run;
  const { durationMs } = report.recording;
  const call = owner.run.calls.get(finding.id);
  return {
    id: finding.id,
    session: owner.session,
    run: owner.run,
    finding,
    callee: call === undefined ? (finding.callSite?.callee ?? null) : call.callee,
    before: before?.finding ?? null,
    verdict: before?.judgement.verdict ?? null,
    judgement: before?.judgement ?? null,
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
