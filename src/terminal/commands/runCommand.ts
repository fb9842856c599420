import { setTimeout as delay } from 'node:timers/promises';
import { OffloopError } from '../../base/offloopError.ts';
import { millis, type Millis } from '../../base/units.ts';
import { launch, type AnnouncedProcess, type LaunchedProgram } from '../../profiler/targets/launch.ts';
import { mergeRecordings } from '../../profiler/targets/processFamily.ts';
import type { RecordingOutcome } from '../../profiler/capture/profilingSession.ts';
import { exitCode, type ExitCode } from '../options/exitCode.ts';
import { takesStdout } from '../output/outputs.ts';
import { finishOutcome, interruptSignal, record, type TargetAddress } from './recordTarget.ts';
import type { RecordOptions } from '../options/recordOptions.ts';
import { UsageError } from '../options/usageError.ts';

type ProgramExit = Awaited<LaunchedProgram['exited']>;

const lookEveryMs = 50;

/** Whether the program ended well. If not it is said here too: its own words may be far above the report. */
function endedWell({ code, signal }: ProgramExit): boolean {
  if (code === 0) return true;
  const how = signal === null ? `exit code ${String(code)}` : `signal ${signal}`;
  process.stderr.write(`offloop: The program ended with ${how}.\n`);
  return false;
}

const addressOf = ({ webSocketUrl, openedByUs }: AnnouncedProcess): TargetAddress => ({
  target: webSocketUrl,
  ownsInspector: openedByUs,
});

/** The next process of a program: a watcher starts it anew, a script starts one after the other. */
async function nextProcess(
  announced: AnnouncedProcess[],
  goesOn: () => boolean,
): Promise<AnnouncedProcess | null> {
  while (goesOn()) {
    const next = announced.shift();
    if (next !== undefined) return next;
    await delay(lookEveryMs);
  }
  return null;
}

/** Records a process that was not there at first; null where it is gone already. */
async function recordNext(
  next: AnnouncedProcess,
  options: RecordOptions,
  interrupted: AbortSignal,
): Promise<RecordingOutcome | null> {
  try {
    return await record(addressOf(next), options, interrupted);
  } catch (error) {
    if (error instanceof OffloopError) return null;
    throw error;
  }
}

/** Records the processes of a program, one after the other, until it ended or the recording is to end. */
async function recordAll(
  program: LaunchedProgram,
  hasEnded: () => boolean,
  options: RecordOptions,
  interrupted: AbortSignal,
): Promise<readonly RecordingOutcome[]> {
  const announced: AnnouncedProcess[] = [];
  const stopListening = program.onProcess((started) => announced.push(started));
  const from = performance.now();
  const left = (): Millis => millis(Math.round((options.duration ?? Infinity) - (performance.now() - from)));
  const outcomes = [await record(addressOf(program.first), options, interrupted)];
  while (outcomes.at(-1)?.died === true) {
    const recorded = new Set(outcomes.flatMap(({ recording }) => recording.threads.map(({ pid }) => pid)));
    const next = await nextProcess(announced, () => !hasEnded() && !interrupted.aborted && left() > 0);
    if (next === null) break;
    if (recorded.has(next.pid)) continue;
    const limited = options.duration === undefined ? options : { ...options, duration: left() };
    const outcome = await recordNext(next, limited, interrupted);
    if (outcome !== null) outcomes.push(outcome);
  }
  stopListening();
  return outcomes;
}

/** One outcome of all of them: as long as they took together, ended as the last one did. */
function together(outcomes: readonly RecordingOutcome[]): RecordingOutcome {
  const [first, ...later] = outcomes;
  const last = outcomes.at(-1);
  if (first === undefined || last === undefined) throw new Error('a program without a process');
  const recording = mergeRecordings(
    first.recording,
    later.map(({ recording }) => [recording.target.pid ?? 0, recording]),
  );
  const durationMs = millis(outcomes.reduce((sum, { recording }) => sum + recording.durationMs, 0));
  return { ...last, recording: { ...recording, durationMs } };
}

/** `offloop run`: starts a program under the profiler and prints the report when it ends, or after the duration. */
export async function runCommand(words: readonly string[], options: RecordOptions): Promise<ExitCode> {
  const [command, ...args] = words;
  if (command === undefined) throw new UsageError('Name the program after --: offloop run -- node server.js');
  const interrupted = interruptSignal();
  // The program's output must not mix with a report that goes to standard output.
  const launched = await launch({ command, args, stdio: takesStdout(options) ? 'stderr' : 'inherit' });
  if (!launched.ok) throw launched.error;
  await using program = launched.value;
  const exits: ProgramExit[] = [];
  void program.exited.then((exit) => exits.push(exit));
  const outcome = together(await recordAll(program, () => exits.length > 0, options, interrupted));
  const [exit] = exits;
  if (exit === undefined) program.kill();
  // The program's end is what was waited for, not a loss.
  const code = await finishOutcome({ ...outcome, died: false }, options);
  if (exit === undefined || !outcome.died || endedWell(exit)) return code;
  // A failed program must not pass in CI because it ran under us.
  return code === exitCode.done ? exitCode.targetDied : code;
}
