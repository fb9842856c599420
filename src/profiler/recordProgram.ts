import type { OffloopError } from '../base/offloopError.ts';
import { ok, type Result } from '../base/result.ts';
import { micros, microsToMillis, type Millis } from '../base/units.ts';
import type { Recording } from '../recording/recording.ts';
import { attach, type AttachOptions } from './attach.ts';
import type { Capture, RecordingOutcome, CaptureEnd } from './capture/capture.ts';
import { watchersOf } from './restarts/watchersOf.ts';
import type { Successors } from './restarts/successors.ts';
import { mergeRecordings } from './family/mergeRecordings.ts';
import { restarted } from './family/processFamily.ts';

/** How a program is recorded through its restarts. */
export interface RecordProgramOptions {
  /** Used for every process of the program. */
  readonly attach: Omit<AttachOptions, 'target' | 'ownsInspector' | 'throughDebugger' | 'signal'>;
  /** The process that runs now. */
  readonly first: Pick<AttachOptions, 'target' | 'ownsInspector' | 'throughDebugger'>;
  /** Finds each later process; it is disposed at the end. */
  readonly successors: Successors;
  /** A process of the program is being recorded: the first, then each later one. */
  readonly onCapture: (session: Capture) => void;
  /** Asked once of a process that is gone: whether another one may take its place. Left out: it may. */
  readonly mayStartAgain?: (end: CaptureEnd) => Promise<boolean>;
  /** The process is gone; a new one is being waited for. */
  readonly onWaiting?: (end: CaptureEnd) => void;
  /** Ends the recording. */
  readonly signal: AbortSignal;
}

/**
 * Records a program: when its process ends, the next one is attached to, until the recording is to end or no process
 * comes. @returns the outcome of each process in turn; the error of `attach` where the first could not be recorded
 */
export async function recordProgram(
  options: RecordProgramOptions,
): Promise<Result<readonly RecordingOutcome[], OffloopError>> {
  using successors = options.successors;
  // Who ends the recording while it begins gets the report of a moment, not an error.
  const first = await attach({ ...options.attach, ...options.first });
  if (!first.ok) return first;
  const outcomes: RecordingOutcome[] = [];
  for (let session: Capture | null = first.value; session !== null;) {
    const { pid } = session.target;
    const watched = pid === null ? false : watchersOf(pid).then((watchers) => watchers.length > 0);
    const end = await record(session, options);
    const outcome = await session.stop();
    outcomes.push(isRestart(outcome, outcomes, await watched) ? restartedOutcome(outcome) : outcome);
    if (!end.died || options.signal.aborted) break;
    if ((await options.mayStartAgain?.(end)) === false) break;
    options.onWaiting?.(end);
    session = await successors.next({
      session,
      recorded: pidsOf(outcomes),
      attach: (next) => attach({ ...options.attach, ...next, signal: options.signal }),
      signal: options.signal,
    });
  }
  return ok(outcomes);
}

/** Whether a watcher started a process in place of one that was recorded: other processes of one script are no restarts. */
const isRestart = (
  { recording: { target } }: RecordingOutcome,
  before: readonly RecordingOutcome[],
  isWatched: boolean,
): boolean => isWatched && before.some(({ recording }) => recording.target.title === target.title);

const restartedOutcome = (outcome: RecordingOutcome): RecordingOutcome => ({
  ...outcome,
  recording: restarted(outcome.recording),
});

/** Announces a session and waits for its end, or until the recording is to end. */
async function record(session: Capture, options: RecordProgramOptions): Promise<CaptureEnd> {
  try {
    options.onCapture(session);
  } catch (error) {
    await session.stop();
    throw error;
  }
  return endOf(session, options.signal);
}

/** The session's own end, or that we were told to stop, whichever comes first. */
async function endOf(session: Capture, signal: AbortSignal): Promise<CaptureEnd> {
  const stopped: CaptureEnd = { died: false, reason: null };
  if (signal.aborted) return stopped;
  return new Promise((resolve) => {
    const onAbort = (): void => {
      resolve(stopped);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    void session.closed.then((end) => {
      signal.removeEventListener('abort', onAbort);
      resolve(end);
    });
  });
}

const pidsOf = (outcomes: readonly RecordingOutcome[]): ReadonlySet<number> =>
  new Set(outcomes.flatMap(({ recording }) => recording.threads.flatMap(({ pid }) => pid ?? [])));

/**
 * One outcome of all processes of a program, from the first start to the last end, ended as the last one did. The process that
 * ran longest stands for the program.
 */
export function mergeOutcomes(outcomes: readonly RecordingOutcome[]): RecordingOutcome {
  const last = outcomes.at(-1);
  const [first, ...others] = [...outcomes].sort((a, b) => b.recording.durationMs - a.recording.durationMs);
  if (first === undefined || last === undefined) throw new Error('a program without a process');
  const recording = mergeRecordings(
    first.recording,
    others.map(({ recording }) => [recording.target.pid ?? 0, recording]),
  );
  return { ...last, recording: { ...recording, durationMs: spanOf(recording) } };
}

/** On the machine's clock: the program may have been down in between. */
function spanOf({ threads, durationMs }: Recording): Millis {
  const windows = threads.flatMap((thread) => thread.windows);
  if (windows.length === 0) return durationMs;
  const start = windows.reduce((least, { startTime }) => Math.min(least, startTime), Infinity);
  const end = windows.reduce((most, { endTime }) => Math.max(most, endTime), -Infinity);
  return microsToMillis(micros(end - start));
}
