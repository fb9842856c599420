import { readFile } from 'node:fs/promises';
import { OffloopError } from '../../../base/offloopError.ts';
import { err, ok, type Result } from '../../../base/result.ts';
import { readNodeProcess, type NodeProcess } from '../processTable.ts';

/** How a process treats SIGUSR1, from the signal masks in `/proc/<pid>/status`. */
export type SignalHandling = 'handled' | 'blocked' | 'fatal';

/** Reads how SIGUSR1 (signal 10 on Linux) would end: caught by a handler, blocked by Node's flags, or fatal. */
export function signalHandling(status: string): SignalHandling {
  const bit = 1n << 9n;
  const mask = (name: string): bigint =>
    BigInt(`0x${new RegExp(`^${name}:\\s*([0-9a-f]+)`, 'm').exec(status)?.[1] ?? '0'}`);
  if ((mask('SigCgt') & bit) !== 0n) return 'handled';
  return (mask('SigBlk') & bit) !== 0n ? 'blocked' : 'fatal';
}

function notHandled(pid: number, handling: 'blocked' | 'fatal'): string {
  return handling === 'blocked'
    ? `Process ${String(pid)} blocks SIGUSR1, the signal that opens the inspector (as --permission and --disable-sigusr1 do). Start it with --inspect.`
    : `Process ${String(pid)} does not handle SIGUSR1, the signal that opens the inspector, and would end. Start it with --inspect.`;
}

/** Whether the signal may be sent to a process, as far as its state and its signal masks say. 'cannot-attach' when not. */
export async function checkSignalMask(seen: NodeProcess): Promise<Result<void, OffloopError>> {
  if (process.platform !== 'linux') return ok(undefined);
  const { pid } = seen;
  const status = await readFile(`/proc/${String(pid)}/status`, 'latin1').catch(() => '');
  const again = await readNodeProcess(pid);
  // Between listing and signalling the pid may have become another program.
  if (again?.argv.join('\0') !== seen.argv.join('\0')) {
    return refused(`Process ${String(pid)} has ended.`);
  }
  // It would take the signal once it runs again, when nobody waits for its inspector any more.
  if (/^State:\s+[tT]/m.test(status)) {
    return refused(
      `Process ${String(pid)} is stopped (by Ctrl+Z, a signal or a debugger). Let it continue, for example with "kill -CONT ${String(pid)}", and try again.`,
    );
  }
  const handling = signalHandling(status);
  return handling === 'handled' ? ok(undefined) : refused(notHandled(pid, handling));
}

const refused = (message: string): Result<never, OffloopError> =>
  err(new OffloopError('cannot-attach', message));
