import { reportSince } from '../../analysis/findings/reportSince.ts';
import type { Report } from '../../report/report.ts';
import { assertNever } from '../../base/assertNever.ts';
import type {
  RecorderEvent,
  RecorderStatus,
  RecorderTarget,
} from '../../investigation/helpers/recorderProtocol.ts';
import type { TargetInfo } from '../../profiler/targets/targetInfo.ts';

/** How long a session waits for a program that ended and that no watcher restarts, in ms; a restart takes some hundred. */
export const giveUpAfterMs = 30_000;

/** What a session is doing. `waiting`: the program is gone and may come back. */
export type SessionPhase = 'connecting' | 'recording' | 'waiting' | 'ended' | 'failed';

/** A finding's call in the source that was measured. */
export interface CallSource {
  /** The callee as it is written there: `JSON.parse`, not `parse`. */
  readonly callee: string | null;
}

/** One run of a program, from its start (or our attaching) to its end. */
export interface Run {
  /** Unique among all sessions. */
  readonly key: string;
  readonly number: number;
  readonly report: Report;
  /** finding id -> its call */
  readonly calls: ReadonlyMap<string, CallSource>;
}

/** What a live session is asked to record. */
export interface Asked {
  readonly target: RecorderTarget;
  /** The process, where it is known beforehand. */
  readonly pid: number | null;
  /** The port that it serves, if known. */
  readonly port: number | null;
}

/** A session belongs to a program, not to a process: its runs are the program's restarts. */
export interface Session {
  readonly id: number;
  readonly kind: 'live' | 'profile' | 'scan';
  /** What the user knows it by: the script, or the profile's file name. */
  readonly title: string;
  /** What the user calls it; null where it has the name of its program. */
  readonly name: string | null;
  /** Absolute folder that file names of reports are relative to. */
  readonly root: string;
  readonly thresholdMs: number;
  /** Null for sessions without a program. */
  readonly asked: Asked | null;
  /** The inspector it is attached to, as a ws:// address; null before. */
  readonly address: string | null;
  /** Ids of the sessions that were over when it started: only those came before it. */
  readonly earlier: readonly number[];
  readonly phase: SessionPhase;
  /** Why it failed, ended or waits; null when there is nothing to say. */
  readonly message: string | null;
  /** How long the start of the profiler is about to hold the program, in ms; null when nobody will notice. */
  readonly pauseMs: number | null;
  readonly target: TargetInfo | null;
  readonly status: RecorderStatus | null;
  /** In order of time. */
  readonly runs: readonly Run[];
  /** Blocks of a run that the user cleared: those that began up to a time, in ms since the run's beginning. */
  readonly cleared: { readonly run: number; readonly startMs: number } | null;
}

/** Whether a session still has a recorder at work. */
export const isActive = ({ phase }: Pick<Session, 'phase'>): boolean =>
  phase === 'connecting' || phase === 'recording' || phase === 'waiting';

/** The process of a live session; null where it is not known. */
export const pidOf = ({ target, asked }: Session): number | null => target?.pid ?? asked?.pid ?? null;

/** The port that a session's process serves; null where it is not known, as after a restart. */
export const portOf = (session: Session): number | null =>
  session.asked?.pid === pidOf(session) ? session.asked.port : null;

/** The session that the status bar shows and that Stop stops: the last that records, else the last at work. */
export const foremost = (sessions: readonly Session[]): Session | undefined =>
  sessions.findLast(({ phase }) => phase === 'recording') ?? sessions.findLast(isActive);

/** The run that a session shows; null before the first report. */
export const currentRun = (session: Session): Run | null => session.runs.at(-1) ?? null;

/** The session after an event of its recorder; `calls` belong to the event's report. */
export function advance(session: Session, event: RecorderEvent, calls: Run['calls']): Session {
  switch (event.kind) {
    case 'pause':
      return { ...session, pauseMs: event.expectedMs };
    case 'attached': {
      const script = event.target.title ?? session.title;
      return {
        ...session,
        phase: 'recording',
        message: null,
        pauseMs: null,
        target: event.target,
        address: event.address,
        title: script.split(/[\\/]/).at(-1) ?? script,
      };
    }
    case 'status':
      return { ...session, status: event.status };
    case 'waiting':
      return { ...session, phase: 'waiting', message: event.reason };
    case 'report':
      return { ...session, runs: withRun(session, event, calls) };
    case 'ended':
      return { ...session, phase: 'ended', message: event.reason, runs: withRun(session, event, calls) };
    case 'failed':
      return { ...session, phase: 'failed', message: event.message };
    default:
      return assertNever(event);
  }
}

/** The session without what it found so far; it goes on, and reports to come hold only what comes. */
export function cleared(session: Session): Session {
  const run = currentRun(session);
  if (run === null) return session;
  const last = run.report.blocks.reduce((latest, { startMs }) => Math.max(latest, startMs), -Infinity);
  const before = session.cleared?.run === run.number ? session.cleared.startMs : -Infinity;
  const startMs = Math.max(last, before);
  const rest: Run = { ...run, report: reportSince(run.report, startMs) };
  return { ...session, runs: [rest], cleared: { run: run.number, startMs } };
}

/** The key of a session's run. */
export const runKey = (session: Pick<Session, 'id'>, run: number): string =>
  `${String(session.id)}:${String(run)}`;

/** Whether a key is that of a run of a session. */
export const isRunOf = (session: Pick<Session, 'id'>, key: string): boolean =>
  key.startsWith(runKey(session, 0).slice(0, -1));

function withRun(
  session: Session,
  { report, run }: { report: Report; run: number },
  calls: Run['calls'],
): readonly Run[] {
  const known = session.runs.filter(({ number }) => number !== run);
  const rest = session.cleared?.run === run ? reportSince(report, session.cleared.startMs) : report;
  const added: Run = { key: runKey(session, run), number: run, report: rest, calls };
  return [...known, added].sort((a, b) => a.number - b.number);
}
