import { launch } from '../../profiler/launch.ts';
import { exitCode, type ExitCode } from './exitCode.ts';
import { takesStdout } from './outputs.ts';
import { finishOutcome, interruptSignal, record } from './recordTarget.ts';
import type { RecordOptions } from './recordOptions.ts';
import { UsageError } from './usageError.ts';

/** Whether the program ended well. If not it is said here too: its own words may be far above the report. */
function endedWell({ code, signal }: { code: number | null; signal: NodeJS.Signals | null }): boolean {
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
  const launched = await launch({ command, args, stdio: takesStdout(options) ? 'ignore' : 'inherit' });
  if (!launched.ok) throw launched.error;
  await using program = launched.value;
  const address = { target: program.first.webSocketUrl, ownsInspector: false };
  const outcome = await record(address, options, interrupted);
  if (!outcome.died) program.kill();
  // The program's end is what was waited for, not a loss.
  const code = await finishOutcome({ ...outcome, died: false }, options);
  if (!outcome.died || endedWell(await program.exited)) return code;
  // A failed program must not pass in CI because it ran under us.
  return code === exitCode.done ? exitCode.targetDied : code;
}
