import type { ExitCode } from '../options/exitCode.ts';
import { finishOutcome, interruptSignal, record, type TargetAddress } from './recordTarget.ts';
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

/** `offloop attach`: records a running process and prints the report. */
export async function attachCommand(
  target: string | undefined,
  options: AttachCommandOptions,
): Promise<ExitCode> {
  const interrupted = interruptSignal();
  const address = await addressOf(target, options);
  return finishOutcome(await record(address, options, interrupted), options);
}
