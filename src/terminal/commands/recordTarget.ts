import { changedScripts } from '../../investigation/changedScripts.ts';
import type { Capture, RecordingOutcome } from '../../profiler/capture/capture.ts';
import { mergeOutcomes, recordProgram, type RecordProgramOptions } from '../../profiler/recordProgram.ts';
import type { Successors } from '../../profiler/restarts/successors.ts';
import { diskSources } from '../../sources/diskSources.ts';
import { announcePause, startProgress, type Progress } from '../output/progress.ts';
import { exitCode, type ExitCode } from '../options/exitCode.ts';
import { finishReport } from '../output/finishReport.ts';
import type { RecordOptions } from '../options/recordOptions.ts';
import type { ReportLeftOut } from '../../report/report.ts';
import { leftOutText } from '../../wording/leftOutTexts.ts';
import { printable } from '../text.ts';
import { TimeLimit } from './timeLimit.ts';

/** Where to attach. `ownsInspector`: we opened it, so that we close it again. */
export interface TargetAddress {
  readonly target: string | number;
  readonly ownsInspector: boolean;
  /** The launcher whose other programs are recorded too. */
  readonly familyOf?: number;
  /** Processes that are recorded too although they do not run below the launcher. */
  readonly familyAlso?: () => readonly number[];
  /** Whether the processes that it starts may be opened, too. */
  readonly opensChildren?: boolean;
}

/** A program to record. */
export interface RecordedTarget {
  readonly address: TargetAddress;
  /** Where its next process comes from when one ends. */
  readonly successors: Successors;
  /** Whether a later process is the same program, restarted. */
  readonly restarts: boolean;
  /** Called for each process that is recorded. */
  readonly onCapture?: (session: Capture) => void;
}

const attachOptions = (
  { familyOf, familyAlso, opensChildren }: TargetAddress,
  options: RecordOptions,
): RecordProgramOptions['attach'] => ({
  ...(familyOf === undefined ? {} : { familyOf }),
  ...(familyAlso === undefined ? {} : { familyAlso }),
  // The other programs of a launcher go on without the first.
  outlives: familyOf === undefined ? 'never' : 'always',
  ...(opensChildren === undefined ? {} : { opensChildren }),
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

/**
 * Attaches, records the program until the end of the duration, Ctrl+C, or its own end, and detaches again. Throws an
 * OffloopError where nothing can be recorded.
 */
export async function record(
  target: RecordedTarget,
  options: RecordOptions,
  interrupted: AbortSignal,
): Promise<RecordingOutcome> {
  using limit = new TimeLimit(options.duration);
  let progress: Progress | null = null;
  const outcomes = await recordProgram({
    attach: attachOptions(target.address, options),
    first: { target: target.address.target, ownsInspector: target.address.ownsInspector },
    successors: target.successors,
    onCapture: (session) => {
      limit.begin();
      target.onCapture?.(session);
      const isRestarted = target.restarts && progress !== null;
      progress = startProgress(session, { quiet: options.quiet, durationMs: limit.left, isRestarted });
      void session.closed.then(progress.stop);
    },
    signal: AbortSignal.any([interrupted, limit.signal]),
  });
  if (!outcomes.ok) throw outcomes.error;
  return mergeOutcomes(outcomes.value);
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

/** Says it on standard error, too: with JSON as output, nobody reads a report. */
function sayNotRecorded(processes: readonly ReportLeftOut[]): void {
  for (const each of processes)
    process.stderr.write(`offloop: Not recorded: ${printable(leftOutText(each))}\n`);
}

/** Prints the report of an outcome; says on standard error when the target went away. */
export async function finishOutcome(outcome: RecordingOutcome, options: RecordOptions): Promise<ExitCode> {
  const code = await finishReport(outcome.recording, options);
  sayNotRecorded(outcome.recording.notRecorded ?? []);
  if (!outcome.died) return code;
  process.stderr.write(
    `offloop: ${outcome.reason ?? 'The target went away.'} The report covers the time up to then.\n`,
  );
  return exitCode.targetDied;
}
