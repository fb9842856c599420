import { readFile, readlink } from 'node:fs/promises';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { OffloopError } from '../../base/offloopError.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { openCdpConnection } from '../protocol/cdpConnection.ts';
import { askInspector, findInspector, isWatchParent, signalPort } from './discover.ts';
import { readNodeProcess, type NodeProcess } from './processTable.ts';
import { readTargetInfo } from './targetInfo.ts';

/** The inspector of a running process. */
export interface OpenedInspector {
  readonly webSocketUrl: string;
  /** Whether it was closed before: whoever opened it closes it again. */
  readonly openedByUs: boolean;
}

/** An inspector that has not opened by then will not: 5 to 18 ms were measured, also for blocked targets. */
const openWithinMs = 2_000;
const askEveryMs = 25;
const answerWithinMs = 30_000;

/**
 * Opens the inspector of a local process by signal, unless one is open already. A signal is sent only to a Node process of
 * the same user that handles SIGUSR1, checked just before. Every refusal is a 'cannot-attach' that names the way out.
 */
export async function openInspector(
  pid: number,
  options: {
    readonly signal?: AbortSignal;
    /** Asks for consent, just before anything is opened; throws where it is not given. */
    readonly confirm?: () => Promise<void>;
  } = {},
): Promise<Result<OpenedInspector, OffloopError>> {
  const entry = await readNodeProcess(pid);
  if (entry === null) {
    return refuse(`Process ${String(pid)} is not a running Node process of this user. See "offloop list".`);
  }
  const open = await findInspector(entry, options.signal);
  if (open !== null) return ok({ webSocketUrl: open.webSocketUrl, openedByUs: false });
  if (isWatchParent(entry)) {
    return refuse(
      `Process ${String(pid)} only watches files for a program that runs in a process of its own. "offloop list" names that one.`,
    );
  }
  const port = signalPort(entry);
  // Port 0 means any free one.
  if (port !== 0 && (await isTaken(port))) {
    if (entry.ports?.includes(port) === true) {
      return refuse(
        `Process ${String(pid)} listens on port ${String(port)} itself, but no inspector answers there. It is stopped, or uses the port for something else.`,
      );
    }
    return refuse(
      `Process ${String(pid)} would open its inspector on port ${String(port)}, which is taken. Stop what listens there, or start the program with --inspect=0.`,
    );
  }
  await options.confirm?.();
  const sent = await sendSignal(pid, entry);
  if (!sent.ok) return sent;
  return waitForInspector(entry, port, options.signal);
}

const refuse = (message: string): Result<never, OffloopError> =>
  err(new OffloopError('cannot-attach', message));

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

async function sendSignal(pid: number, seen: NodeProcess): Promise<Result<void, OffloopError>> {
  if (process.platform === 'linux') {
    const status = await readFile(`/proc/${String(pid)}/status`, 'latin1').catch(() => '');
    const again = await readNodeProcess(pid);
    // Between listing and signalling the pid may have become another program.
    if (again?.argv.join('\0') !== seen.argv.join('\0')) {
      return refuse(`Process ${String(pid)} ended meanwhile.`);
    }
    // It would take the signal once it runs again, when nobody waits for its inspector any more.
    if (/^State:\s+[tT]/m.test(status)) {
      return refuse(
        `Process ${String(pid)} is stopped (by Ctrl+Z, a signal or a debugger). Let it run, as with "kill -CONT ${String(pid)}", and try again.`,
      );
    }
    const handling = signalHandling(status);
    if (handling !== 'handled') return refuse(notHandled(pid, handling));
  }
  try {
    if (process.platform === 'win32') debugProcess(pid);
    else process.kill(pid, 'SIGUSR1');
    return ok(undefined);
  } catch (error) {
    const code = error instanceof Error ? error.message : String(error);
    return refuse(
      `Process ${String(pid)} could not be signalled (${code}). Start the program with --inspect.`,
    );
  }
}

function notHandled(pid: number, handling: 'blocked' | 'fatal'): string {
  return handling === 'blocked'
    ? `Process ${String(pid)} blocks the signal that opens the inspector, as with --permission or --disable-sigusr1. Start it with --inspect.`
    : `Process ${String(pid)} does not handle the signal that opens the inspector and would die of it. Start it with --inspect.`;
}

/** Windows has no SIGUSR1; Node opens the inspector of another process through an undocumented function. */
function debugProcess(pid: number): void {
  const { _debugProcess: open } = process as unknown as { readonly _debugProcess?: (pid: number) => void };
  if (open === undefined) throw new Error('this Node version cannot');
  open(pid);
}

function isTaken(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}

async function waitForInspector(
  { pid, ports: before }: NodeProcess,
  port: number,
  signal: AbortSignal | undefined,
): Promise<Result<OpenedInspector, OffloopError>> {
  const deadline = performance.now() + openWithinMs;
  while (performance.now() < deadline && signal?.aborted !== true) {
    const now = (await readNodeProcess(pid))?.ports ?? [port];
    for (const candidate of now.filter((candidate) => before?.includes(candidate) !== true)) {
      const found = await askInspector(candidate, signal);
      if (found === null) continue;
      // A port of ours that the process holds is its own. Else somebody has to ask, which it notes on standard error.
      if (await sharesNetwork(pid)) return ok({ webSocketUrl: found.webSocketUrl, openedByUs: true });
      return verify(pid, found.webSocketUrl, signal);
    }
    await delay(askEveryMs);
  }
  if (signal?.aborted === true) return refuse('Cancelled.');
  return refuse(
    `Process ${String(pid)} did not open its inspector. It probably handles SIGUSR1 itself: start it with --inspect.`,
  );
}

/** Whether the ports of a process are those of our own network; false where the system does not tell. */
async function sharesNetwork(pid: number): Promise<boolean> {
  const networks = await Promise.all(
    [String(pid), 'self'].map((name) => readlink(`/proc/${name}/ns/net`).catch(() => null)),
  );
  return networks[0] !== null && networks[0] === networks[1];
}

/** Another process may have taken the port in between: only the pid tells. */
async function verify(
  pid: number,
  webSocketUrl: string,
  signal: AbortSignal | undefined,
): Promise<Result<OpenedInspector, OffloopError>> {
  const connection = await openCdpConnection(webSocketUrl, signal);
  if (!connection.ok)
    return refuse(`The inspector of process ${String(pid)} cannot be reached (${connection.error}).`);
  const target = await readTargetInfo(connection.value, answerWithinMs);
  connection.value.close();
  await connection.value.closed;
  const status = await readFile(`/proc/${String(pid)}/status`, 'latin1').catch(() => '');
  // In a container the process knows itself by the last of its namespaces' pids.
  const known = [pid, ...(/^NSpid:\s*(.*)$/m.exec(status)?.[1] ?? '').split(/\s+/).map(Number)];
  if (target.ok && target.value.info.pid !== null && known.includes(target.value.info.pid)) {
    return ok({ webSocketUrl, openedByUs: true });
  }
  return refuse(
    `Another process answers on the port where process ${String(pid)} should have opened its inspector.`,
  );
}
