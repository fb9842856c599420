import { readFile, readlink } from 'node:fs/promises';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { OffloopError } from '../../base/offloopError.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { openCdpConnection } from '../protocol/cdpConnection.ts';
import { inspectFlags, signalPort } from './commandLine.ts';
import { askInspector, findInspector, type OpenInspector } from './discover.ts';
import { moveInspector, moveWithinMs } from './moveInspector.ts';
import {
  cpuTimeOf,
  descendantsOf,
  listNodeProcesses,
  readNodeProcess,
  type NodeProcess,
} from './processTable.ts';
import { roleOf } from './programRole.ts';
import { checkSignalMask } from './signal/signalMask.ts';
import { findSignalHandler, type SignalSearch, type SignalTrace } from './signal/signalHandler.ts';
import { readTargetInfo } from './targetInfo.ts';

/** The inspector of a running process. */
export interface OpenedInspector {
  readonly webSocketUrl: string;
  /** Whether it was closed before, so that we close it again. */
  readonly openedByUs: boolean;
  /** The port that all programs share, where the inspector could not be moved away from it; else null. */
  readonly keepsPort: number | null;
}

/** How an inspector is opened. */
export interface OpenOptions {
  readonly signal?: AbortSignal;
  /**
   * Asks for consent, just before anything is opened; throws where it is not given. `risk` is what speaks for a handler of
   * the program's own: only who is asked about it may have the signal sent nevertheless.
   */
  readonly confirm?: (risk: SignalSearch) => Promise<void>;
}

/** An inspector that has not opened by then will not: 5 to 18 ms were measured, also for targets blocked in JavaScript. */
const openWithinMs = 2_000;
/** Of a program that is busy all the while; and what is taken for that. */
const openBusyWithinMs = 30_000;
const busyShare = 0.25;
const askEveryMs = 25;
const answerWithinMs = 30_000;

/**
 * Opens the inspector of a local process by signal, unless one is open already. A signal is sent only to a Node process of
 * the same user that handles SIGUSR1 and in whose files nothing speaks for a handler of its own, checked just before. Every
 * refusal is a 'cannot-attach' that names the way out.
 */
export async function openInspector(
  pid: number,
  options: OpenOptions = {},
): Promise<Result<OpenedInspector, OffloopError>> {
  const entry = await readNodeProcess(pid);
  if (entry === null) {
    return refuse(`Process ${String(pid)} is not a running Node process of this user. See "offloop list".`);
  }
  const open = await findInspector(entry, options.signal);
  if (open !== null) return ok({ webSocketUrl: open.webSocketUrl, openedByUs: false, keepsPort: null });
  const mask = await checkSignalMask(entry);
  if (!mask.ok) return mask;
  const search = await findSignalHandler(entry);
  const { trace } = search;
  // A package may not be loaded at all: that is for a person to decide.
  if (trace !== null && (trace.origin === 'program' || options.confirm === undefined))
    return refuse(handlesItself(pid, trace));
  await options.confirm?.(search);
  return signalUntilOpen(entry, options.signal);
}

function handlesItself(pid: number, { path, line, origin }: SignalTrace): string {
  const where = path === null ? 'Its command line' : `${path}:${String(line)}`;
  const what = origin === 'program' ? 'handles' : 'may handle';
  return `Process ${String(pid)} ${what} SIGUSR1 itself, the signal that opens an inspector. ${where} names it. Nothing was sent: start it with --inspect, or with "offloop run".`;
}

/** Programs that start at the same time want the same port: each waits for the other to move on. */
const attempts = 4;
/** Another Offloop moves an inspector away within this time. ms. */
const freeWithinMs = moveWithinMs + 2_000;

async function signalUntilOpen(
  entry: NodeProcess,
  signal: AbortSignal | undefined,
): Promise<Result<OpenedInspector, OffloopError>> {
  const port = signalPort(entry);
  await using _lent = await borrowPort(entry, port, signal);
  for (let attempt = 1; ; attempt++) {
    const free = await untilFree(entry, port, signal);
    if (!free.ok) return free;
    const sent = await sendSignal(entry);
    if (!sent.ok) return sent;
    const opened = await waitForInspector(entry, port, signal);
    if (opened !== 'taken') return opened;
    if (attempt === attempts) return refuse(takenBy(entry, port));
  }
}

/**
 * `NODE_OPTIONS=--inspect npm start` opens the inspector of npm, on the port that the program would open its own on: the
 * launcher's is moved away meanwhile, and back again in the end.
 */
async function borrowPort(
  { pid, ports }: NodeProcess,
  port: number,
  signal: AbortSignal | undefined,
): Promise<AsyncDisposable> {
  const nothing = { [Symbol.asyncDispose]: () => Promise.resolve() };
  if (port === 0 || ports?.includes(port) === true || !(await isTaken(port))) return nothing;
  const holder = (await listNodeProcesses()).find(
    (each) => each.ports?.includes(port) === true && roleOf(each) === 'launcher',
  );
  if (holder === undefined || !(await descendantsOf(holder.pid)).includes(pid)) return nothing;
  const inspector = await askInspector(port, signal);
  if (inspector === null) return nothing;
  const lent = await moveInspector(holder.pid, inspector.webSocketUrl, signal);
  return {
    [Symbol.asyncDispose]: async () => {
      if (lent !== inspector.webSocketUrl && !(await isTaken(port)))
        await moveInspector(holder.pid, lent, undefined, port);
    },
  };
}

/** Waits until nobody else listens on the port on which a program would open its inspector. Port 0 means any free one. */
async function untilFree(
  entry: NodeProcess,
  port: number,
  signal: AbortSignal | undefined,
): Promise<Result<void, OffloopError>> {
  if (port === 0 || !(await isTaken(port))) return ok(undefined);
  if (entry.ports?.includes(port) === true) return refuse(takenBy(entry, port));
  // Only an inspector that was opened by signal moves on. Its flags tell; where ports cannot be listed, nobody knows.
  const holder = await signalledOn(port);
  const started = performance.now();
  const deadline = started + (holder === null ? 0 : freeWithinMs);
  let isMoved = false;
  while (performance.now() < deadline && signal?.aborted !== true) {
    await delay(askEveryMs * 4);
    if (!(await isTaken(port))) return ok(undefined);
    if (isMoved || performance.now() - started < forwardedAfterMs) continue;
    isMoved = true;
    await moveForwarded(entry, port, signal);
  }
  return refuse(takenBy(entry, port));
}

/** Who else is about to move an inspector has begun by then. ms. */
const forwardedAfterMs = 500;

/**
 * The primary of a cluster passes the signal on to its workers: one that was busy opens its inspector late, and nobody
 * moves it on, who has only the next worker in mind.
 */
async function moveForwarded(
  entry: NodeProcess,
  port: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const holder = await signalledOn(port);
  const isSibling = holder?.parentPid === entry.parentPid || holder?.pid === entry.parentPid;
  if (holder === null || !isSibling) return;
  const inspector = await askInspector(port, signal);
  if (inspector !== null) await moveInspector(holder.pid, inspector.webSocketUrl, signal);
}

/** The program that was started without an inspector and has one on a port; null where the port is somebody else's. */
async function signalledOn(port: number): Promise<NodeProcess | null> {
  const all = await listNodeProcesses();
  return all.find((entry) => entry.ports?.includes(port) === true && !inspectFlags(entry).present) ?? null;
}

function takenBy({ pid, ports }: NodeProcess, port: number): string {
  return ports?.includes(port) === true
    ? `Process ${String(pid)} listens on port ${String(port)} itself, but no inspector answers there. It is stopped, or uses the port for something else.`
    : `Process ${String(pid)} would open its inspector on port ${String(port)}, which is taken. Stop what listens there, or start the program with --inspect=0.`;
}

const refuse = (message: string): Result<never, OffloopError> =>
  err(new OffloopError('cannot-attach', message));

async function sendSignal(seen: NodeProcess): Promise<Result<void, OffloopError>> {
  const { pid } = seen;
  const mask = await checkSignalMask(seen);
  if (!mask.ok) return mask;
  try {
    if (process.platform === 'win32') debugProcess(pid);
    else process.kill(pid, 'SIGUSR1');
    return ok(undefined);
  } catch (error) {
    const code = error instanceof Error ? error.message : String(error);
    return refuse(
      `Process ${String(pid)} could not be sent SIGUSR1 (${code}). Start the program with --inspect.`,
    );
  }
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
): Promise<Result<OpenedInspector, OffloopError> | 'taken'> {
  const started = performance.now();
  const cpu = await cpuTimeOf(pid);
  let wasTaken = false;
  const isTooLate = async (): Promise<boolean> => {
    const waited = performance.now() - started;
    if (waited < openWithinMs) return false;
    // A call of native code, such as a hash, is not interrupted: the inspector opens after it.
    const used = ((await cpuTimeOf(pid)) ?? 0) - (cpu ?? 0);
    return waited > openBusyWithinMs || used < waited * busyShare;
  };
  while (signal?.aborted !== true && !(await isTooLate())) {
    const running = await readNodeProcess(pid);
    // A program that crashes while it starts: nobody would come.
    if (running === null) return refuse(`Process ${String(pid)} ended meanwhile.`);
    const now = running.ports;
    wasTaken ||= now !== null && port !== 0 && !now.includes(port) && (await isTaken(port));
    for (const candidate of (now ?? [port]).filter((each) => before?.includes(each) !== true)) {
      const found = await askInspector(candidate, signal);
      if (found === null) continue;
      // A port of ours that the process holds is its own. Else somebody has to ask, which it notes on standard error.
      return (await sharesNetwork(pid)) ? movedAway(pid, found, port, signal) : verify(pid, found, signal);
    }
    await delay(askEveryMs);
  }
  if (signal?.aborted === true) return refuse('Cancelled.');
  // Somebody else was faster: Node says so on its standard error and opens nothing.
  if (wasTaken) return 'taken';
  return refuse(
    `Process ${String(pid)} did not open its inspector. It probably handles SIGUSR1 itself: start it with --inspect.`,
  );
}

/** The inspector on a port of its own, so that the next program finds the shared one free. */
async function movedAway(
  pid: number,
  found: OpenInspector,
  port: number,
  signal: AbortSignal | undefined,
): Promise<Result<OpenedInspector, OffloopError>> {
  if (found.port !== port) return ok({ webSocketUrl: found.webSocketUrl, openedByUs: true, keepsPort: null });
  const webSocketUrl = await moveInspector(pid, found.webSocketUrl, signal);
  return ok({ webSocketUrl, openedByUs: true, keepsPort: webSocketUrl === found.webSocketUrl ? port : null });
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
  { webSocketUrl, port }: OpenInspector,
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
    return ok({ webSocketUrl, openedByUs: true, keepsPort: port });
  }
  return refuse(
    `Another process answers on the port where process ${String(pid)} should have opened its inspector.`,
  );
}
