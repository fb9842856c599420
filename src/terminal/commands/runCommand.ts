import { launch, type LaunchedProgram } from '../../profiler/targets/launch.ts';
import { announcedProcesses } from '../../profiler/restarts/announcedProcesses.ts';
import { exitCode, type ExitCode } from '../options/exitCode.ts';
import { takesStdout } from '../output/outputs.ts';
import { finishOutcome, interruptSignal, record } from './recordTarget.ts';
import type { RecordOptions } from '../options/recordOptions.ts';
import { UsageError } from '../options/usageError.ts';

type ProgramExit = Awaited<LaunchedProgram['exited']>;

/** Whether the program ended well. If not, this says so again, because its own message may be far above the report. */
function endedWell({ code, signal }: ProgramExit): boolean {
  if (code === 0) return true;
  const how = signal === null ? `exit code ${String(code)}` : `signal ${signal}`;
  process.stderr.write(`offloop: The program ended with ${how}.\n`);
  return false;
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
  const { webSocketUrl, openedByUs } = program.first;
  const target = {
    // A runner starts several programs side by side.
    address: {
      target: webSocketUrl,
      ownsInspector: openedByUs,
      familyOf: program.pid,
      familyAlso: () => program.processes().map(({ pid }) => pid),
    },
    successors: announcedProcesses(program),
    restarts: false,
  };
  const outcome = await record(target, options, interrupted);
  const [exit] = exits;
  if (exit === undefined) program.kill();
  // The program's end is what was waited for, not a loss.
  const code = await finishOutcome({ ...outcome, died: false }, options);
  if (exit === undefined || !outcome.died || endedWell(exit)) return code;
  // A failed program must not pass in CI because it ran under us.
  return code === exitCode.done ? exitCode.targetDied : code;
}
