import { changedScripts } from '../../investigation/changedScripts.ts';
import { attach } from '../../profiler/attach.ts';
import type { ProfilingSession, RecordingOutcome } from '../../profiler/capture/profilingSession.ts';
import { diskSources } from '../../sources/diskSources.ts';
import { announcePause, startProgress } from '../output/progress.ts';
import { exitCode, type ExitCode } from '../options/exitCode.ts';
import { finishReport } from '../output/finishReport.ts';
import type { RecordOptions } from '../options/recordOptions.ts';

/** Where to attach. `ownsInspector`: we opened it, so that we close it again. */
export interface TargetAddress {
  readonly target: string | number;
  readonly ownsInspector: boolean;
  /** The launcher whose other programs are recorded too. */
  readonly familyOf?: number;
  /** Whether the processes that it starts may be opened, too. */
  readonly opensChildren?: boolean;
}

/** Settles when the recording is to end: after the duration, on Ctrl+C, or because the session is over. */
async function untilEnd(
  session: ProfilingSession,
  options: RecordOptions,
  interrupted: AbortSignal,
): Promise<void> {
  const ends: Promise<unknown>[] = [session.closed];
  let timer: NodeJS.Timeout | undefined;
  if (options.duration !== undefined) {
    const { duration } = options;
    ends.push(new Promise((resolve) => (timer = setTimeout(resolve, duration))));
  }
  if (!interrupted.aborted) {
    ends.push(new Promise((resolve) => interrupted.addEventListener('abort', resolve, { once: true })));
    await Promise.race(ends);
  }
  clearTimeout(timer);
}

/** Attaches, records until the end and detaches again. Throws an OffloopError where nothing can be recorded. */
export async function record(
  address: TargetAddress,
  options: RecordOptions,
  interrupted: AbortSignal,
): Promise<RecordingOutcome> {
  const attached = await attach({
    ...address,
    threshold: options.threshold,
    mode: options.mode,
    inject: options.inject,
    exactBoundaries: options.exactBoundaries,
    workers: options.workers,
    children: options.workers,
    fullUrls: options.fullUrls,
    onPause: (expectedMs) => {
      announcePause(expectedMs, options);
    },
    isChanged: changedScripts(diskSources(), options.map),
    ...(options.interval === undefined ? {} : { intervalMs: options.interval }),
  });
  if (!attached.ok) throw attached.error;
  await using session = attached.value;
  const progress = startProgress(session, options);
  try {
    await untilEnd(session, options, interrupted);
  } finally {
    progress.stop();
  }
  return await session.stop();
}

/** Package managers pass a Ctrl+C on that we have received already. */
const sameInterruptMs = 1_000;

/** Aborts at the first Ctrl+C or request to terminate; a second one ends the process at once. */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  let first = 0;
  const interrupt = (): void => {
    if (controller.signal.aborted && performance.now() - first > sameInterruptMs) process.exit(130);
    if (!controller.signal.aborted) first = performance.now();
    controller.abort();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  return controller.signal;
}

function sayNotRecorded(pids: readonly number[]): void {
  if (pids.length === 0) return;
  const named = pids.length === 1 ? 'A Node process' : `${String(pids.length)} Node processes`;
  process.stderr.write(
    `offloop: ${named} that the program started (pid ${pids.join(', ')}) could not be recorded with it: they have no open inspector. Attach to each with --pid, or start the program with "offloop run".\n`,
  );
}

/** Prints the report of an outcome; says on standard error when the target went away. */
export async function finishOutcome(outcome: RecordingOutcome, options: RecordOptions): Promise<ExitCode> {
  const code = await finishReport(outcome.recording, options, outcome.notRecorded);
  sayNotRecorded(outcome.notRecorded ?? []);
  if (!outcome.died) return code;
  process.stderr.write(
    `offloop: ${outcome.reason ?? 'The target went away.'} The report covers the time up to then.\n`,
  );
  return exitCode.targetDied;
}
