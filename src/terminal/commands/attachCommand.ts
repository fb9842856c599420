import type { ExitCode } from '../options/exitCode.ts';
import { sameProgram } from '../../profiler/restarts/sameProgram.ts';
import { WatchersOfProgram, type Watcher } from '../../profiler/restarts/watchersOf.ts';
import { printable } from '../text.ts';
import {
  finishOutcome,
  interruptSignal,
  record,
  type RecordedTarget,
  type TargetAddress,
} from './recordTarget.ts';
import type { RecordOptions } from '../options/recordOptions.ts';
import { UsageError } from '../options/usageError.ts';

/** How a target is named: by an address, a port, or a process id. */
export interface AttachCommandOptions extends RecordOptions {
  readonly port?: number;
  readonly pid?: number;
  readonly yes: boolean;
}

/** A bare number could be either: it is refused, naming both readings. */
function checkAddress(text: string): string {
  if (/^\d+$/.test(text)) {
    throw new UsageError(`${text} can be a port or a process id. Write --port ${text} or --pid ${text}.`);
  }
  return text;
}

async function addressOf(target: string | undefined, options: AttachCommandOptions): Promise<TargetAddress> {
  const named = [target, options.port, options.pid].filter((name) => name !== undefined);
  if (named.length !== 1) {
    throw new UsageError(
      named.length === 0
        ? 'Name a target: host:port, ws://…, --port N or --pid N. "offloop list" shows the processes.'
        : 'Name one target only: host:port, ws://…, --port N or --pid N.',
    );
  }
  const open = { ownsInspector: false, opensChildren: options.yes };
  if (target !== undefined) return { target: checkAddress(target), ...open };
  if (options.port !== undefined) return { target: `127.0.0.1:${String(options.port)}`, ...open };
  const { addressOfPid } = await import('./addressOfPid.ts');
  return addressOfPid(options.pid ?? 0, options.yes);
}

/** A program that comes back soon is not worth a word. */
const saysWaitingAfterMs = 1_500;

function sayWaiting(watchers: readonly Watcher[], { duration, quiet }: AttachCommandOptions): void {
  if (quiet) return;
  const names = printable(watchers.map(({ name }) => name).join(', '));
  const end = duration === undefined ? '; Ctrl+C stops it' : '';
  process.stderr.write(
    `offloop: The program ended. The recording goes on when ${names} starts it again${end}.\n`,
  );
}

/** A program that a watcher starts again is waited for as long as the watcher runs; any other has ended for good. */
function restarting(address: TargetAddress, options: AttachCommandOptions): RecordedTarget {
  const watchers = new WatchersOfProgram();
  let isSaid = false;
  const mayComeBack = async (waitedMs: number): Promise<boolean> => {
    const running = await watchers.running();
    if (running.length > 0 && waitedMs > saysWaitingAfterMs && !isSaid) {
      isSaid = true;
      sayWaiting(running, options);
    }
    return running.length > 0;
  };
  return {
    address,
    successors: sameProgram({ mayComeBack, opensInspector: address.ownsInspector || options.yes }),
    restarts: true,
    onCapture: (capture) => {
      isSaid = false;
      watchers.note(capture);
    },
  };
}

/** `offloop attach`: records a running process, through its restarts under a watcher, and prints the report. */
export async function attachCommand(
  target: string | undefined,
  options: AttachCommandOptions,
): Promise<ExitCode> {
  const interrupted = interruptSignal();
  const address = await addressOf(target, options);
  return finishOutcome(await record(restarting(address, options), options, interrupted), options);
}
