import { setTimeout as delay } from 'node:timers/promises';
import { OffloopError } from '../base/offloopError.ts';
import { err, ok, type Result } from '../base/result.ts';
import { grainOf, type Grain } from '../recording/grain.ts';
import { millis, millisToMicros, type Millis } from '../base/units.ts';
import { openCdpConnection, type CdpConnection } from './protocol/cdpConnection.ts';
import { shareWithDebugger } from './protocol/debuggerProxy.ts';
import { describeFailure, type EvaluationFailure } from './protocol/evaluate.ts';
import { isLocalTarget } from './targets/isLocalTarget.ts';
import { ProcessFamily, type AttachChild, type FamilyOptions } from './family/processFamily.ts';
import type { Capture, RecordedWindow } from './capture/capture.ts';
import { LiveCapture } from './capture/liveCapture.ts';
import { resolveTarget } from './targets/resolveTarget.ts';
import {
  nodeMajor,
  predictedPauseMs,
  readTargetInfo,
  type TargetInfo,
  type TargetProbe,
} from './targets/targetInfo.ts';
import type { ThreadOptions } from './capture/thread/threadOptions.ts';
import { ThreadRecorder } from './capture/thread/threadRecorder.ts';
import { formatMs } from '../wording/numbers/formatNumbers.ts';

/** How a target is recorded. */
export interface AttachOptions {
  /** `host:port`, a port, or a `ws://` address. */
  readonly target: string | number;
  /** Shortest block of interest, 50 ms by default: decides how finely everything is recorded. */
  readonly threshold?: Millis;
  /** `watch` (default): 5 ms sampling, for hours. `deep`: 1 ms and complete stacks, for seconds; deoptimises once. */
  readonly mode?: 'watch' | 'deep';
  /** Sampling interval; overrides the mode's. */
  readonly intervalMs?: Millis;
  /** False leaves the target without a probe: no live stacks, marks from Node's trace events. Default true. */
  readonly inject?: boolean;
  /** Watches async scopes on Node 18 to 22 too, where that costs a few per cent. Always on from 24. */
  readonly exactBoundaries?: boolean;
  /** Whether worker threads are recorded. Default true. */
  readonly workers?: boolean;
  /** Whether the processes that a local target starts are recorded with it, where their inspectors are open. Default false. */
  readonly children?: boolean;
  /** The ancestor of these processes if it is not the target: the launcher that started it. */
  readonly familyOf?: number;
  /** Processes that are recorded too although nothing shows that the program started them. */
  readonly familyAlso?: () => readonly number[];
  /** Whether the recording goes on when the target ends and others of these processes run. Default: never. */
  readonly outlives?: FamilyOptions['outlives'];
  /** Whether the inspectors of these processes are opened where they are closed (the user agreed). Default false. */
  readonly opensChildren?: boolean;
  /** Keeps query strings in request marks. */
  readonly fullUrls?: boolean;
  /** The inspector was opened by us: close it again at the end. */
  readonly ownsInspector?: boolean;
  /** The address is that of a debugger's proxy (js-debug): the debugger keeps its own settings, and times are inflated by it. */
  readonly throughDebugger?: boolean;
  /**
   * Whether a script's file was changed after a time (ms since the epoch); then the text that runs is kept beside its
   * profile. Default: never.
   */
  readonly isChanged?: (url: string, sinceMs: number) => boolean;
  /**
   * Called before the profiler starts, when that will hold the target for so long that its users may notice, in ms: the
   * size of its heap decides.
   */
  readonly onPause?: (expectedMs: number) => void;
  /** Called after each window; must not throw. */
  readonly onWindow?: (window: RecordedWindow) => void;
  /** Gives up attaching; after that, stops the session. */
  readonly signal?: AbortSignal;
}

const defaults = {
  watch: { rotateEveryMs: 2_000 },
  deep: { rotateEveryMs: 1_000 },
} as const;
/** What deep mode does more often than watching does, ms. */
const deepIntervalMs = 1;
const deepPeekEveryMs = 20;

const usualThreshold = millis(50);
const grainFor = ({ threshold }: AttachOptions): Grain => grainOf(threshold ?? usualThreshold);

/** A target may be inside a long block when we come: it answers after it. */
const firstAnswerMs = 60_000;

/**
 * Attaches to a target and starts recording. Errors: 'bad-input' for an unreadable address, 'cannot-attach' when there is
 * no target to record, 'target-died' when it went away meanwhile; each says what to do next.
 */
export async function attach(options: AttachOptions): Promise<Result<Capture, OffloopError>> {
  const resolved = await resolveTarget(options.target, options.signal);
  if (!resolved.ok) return resolved;
  const webSocketUrl = resolved.value;
  const address = new URL(webSocketUrl).host;
  const connection = await openCdpConnection(webSocketUrl, options.signal);
  if (!connection.ok) return err(notConnected(address, connection.error));
  const channel =
    options.throughDebugger === true ? await shareWithDebugger(connection.value) : connection.value;
  const started = await startCapture(channel, address, options);
  if (!started.ok) {
    connection.value.close();
    return started;
  }
  const withChildren = options.children === true && (await isLocalTarget(started.value.target, address));
  const session = withChildren ? await familyOf(started.value, options) : started.value;
  const onAbort = (): void => void session.stop();
  options.signal?.addEventListener('abort', onAbort, { once: true });
  // One signal may outlive many sessions: those of a program that restarts again and again.
  void session.closed.then(() => options.signal?.removeEventListener('abort', onAbort));
  if (options.signal?.aborted === true) await session.stop();
  return ok(session);
}

/** How long a recording waits at first for the other processes of its program: those that are open, and those to be opened. */
const firstLookMs = { open: 2_000, opens: 6_000 } as const;

async function familyOf(first: Capture, options: AttachOptions): Promise<Capture> {
  const family = new ProcessFamily(first, {
    attachChild: childAttacher(options),
    opens: options.opensChildren === true,
    owns: options.ownsInspector === true,
    outlives: options.outlives ?? 'never',
    ...(options.familyOf === undefined ? {} : { of: options.familyOf }),
    ...(options.familyAlso === undefined ? {} : { also: options.familyAlso }),
  });
  // A child may take long to be opened, or never be: the others are recorded meanwhile.
  const waitMs = options.opensChildren === true ? firstLookMs.opens : firstLookMs.open;
  await Promise.race([family.ready, family.closed, delay(waitMs, undefined, { ref: false })]);
  return family;
}

function childAttacher(options: AttachOptions): AttachChild {
  const { onPause: _, signal: __, ...same } = options;
  return async ({ webSocketUrl, openedByUs }, name) => {
    const child = await attach({
      ...same,
      target: webSocketUrl,
      ownsInspector: openedByUs,
      children: false,
      onWindow: (window) => options.onWindow?.({ ...window, threadId: name(window.threadId) }),
    });
    return child.ok ? child.value : null;
  };
}

async function startCapture(
  connection: CdpConnection,
  address: string,
  options: AttachOptions,
): Promise<Result<Capture, OffloopError>> {
  const state = { waiting: false };
  connection.on('NodeRuntime.waitingForDebugger', () => {
    state.waiting = true;
  });
  await connection.send('NodeRuntime.enable', {}, firstAnswerMs);
  await connection.send('NodeRuntime.notifyWhenWaitingForDisconnect', { enabled: true }, firstAnswerMs);
  const found = await untilAnswered(() => readTargetInfo(connection, firstAnswerMs));
  if (!found.ok) return err(notRecorded(address, found.error));
  const isNew = !hasStarted(found.value);
  const first = isNew ? await stopAtFirstLine(connection) : found;
  if (!first.ok) return err(notRecorded(address, first.error));
  const thread = threadOptions(options, first.value);
  const main = new ThreadRecorder(connection, 'main', first.value.info.pid, thread);
  announcePause(options, first.value.info);
  // Listing the scripts holds the target for a moment too: before the first window it cannot look like a block. But a
  // program that waits for its debugger would then stop at its first line.
  if (!state.waiting && !isNew) await main.refreshScripts();
  const started = await main.start();
  if (!started.ok) return err(notRecorded(address, started.error));
  // This also lets go a program that stopped at its first line.
  if (isNew) await main.refreshScripts();
  await connection.send('Runtime.runIfWaitingForDebugger');
  const session = new LiveCapture({
    connection,
    target: knownTo(options, first.value.info),
    address,
    workers: options.workers !== false,
    ownsInspector: options.ownsInspector === true,
    thread,
    main,
    onWindow: options.onWindow ?? (() => undefined),
    ...defaults[options.mode ?? 'watch'],
    peekEveryMs: Math.min(grainFor(options).peekEvery, options.mode === 'deep' ? deepPeekEveryMs : Infinity),
    intervalMs: sampling(options),
  });
  await session.begin();
  return ok(session);
}

/** A debugger that attached to a program is not known to the program. */
const knownTo = (options: AttachOptions, info: TargetInfo): TargetInfo =>
  options.throughDebugger === true ? { ...info, underDebugger: true } : info;

/** Shorter pauses are not worth a message. */
const noticeablePauseMs = 50;

function announcePause({ mode, onPause }: AttachOptions, info: TargetInfo): void {
  // Deep mode makes V8 compile the code again, for which it walks the heap once more.
  const expectedMs = predictedPauseMs(info) * (mode === 'deep' ? 2 : 1);
  if (expectedMs >= noticeablePauseMs) onPause?.(expectedMs);
}

const startAttempts = 200;
const startEveryMs = 25;

/** While Node itself starts, half of its modules are not there yet and evaluations throw: ask again then. */
async function untilAnswered(
  ask: () => ReturnType<typeof readTargetInfo>,
  isGood: (value: TargetProbe) => boolean = () => true,
): ReturnType<typeof readTargetInfo> {
  for (let attempt = 1; ; attempt++) {
    const answer = await ask();
    const again = answer.ok ? !isGood(answer.value) : answer.error.kind === 'threw';
    if (!again || attempt === startAttempts) return answer;
    await delay(startEveryMs);
  }
}

/** Node fills `process.argv` just before it runs the program. */
const hasStarted = ({ info }: TargetProbe): boolean => info.argv.length > 0;

/**
 * Lets a program that waits for its debugger start up to its first line (`--inspect-brk`), where everything a recording
 * needs is there; one that does not stop there (`--inspect-wait`) just runs on.
 */
async function stopAtFirstLine(connection: CdpConnection): ReturnType<typeof readTargetInfo> {
  await connection.send('Debugger.enable', {}, firstAnswerMs);
  return untilAnswered(async () => {
    // Sent before the program waits, it would be forgotten.
    await connection.send('Runtime.runIfWaitingForDebugger');
    return readTargetInfo(connection, firstAnswerMs);
  }, hasStarted);
}

const sampling = (options: AttachOptions): Millis =>
  options.intervalMs ??
  millis(Math.min(grainFor(options).interval, options.mode === 'deep' ? deepIntervalMs : Infinity));

/** Promise callbacks can be left out of async hooks from Node 24 on, which makes them cheap enough to be always on. */
const cheapScopesSince = 24;

function threadOptions(options: AttachOptions, { info, hasBuiltinModules }: TargetProbe): ThreadOptions {
  const cheapScopes = nodeMajor(info.node) >= cheapScopesSince;
  return {
    grain: grainFor(options),
    intervalUs: millisToMicros(sampling(options)),
    hasBuiltinModules,
    inject: options.inject !== false,
    scopes: options.exactBoundaries === true || cheapScopes,
    cheapScopes,
    fullUrls: options.fullUrls === true,
    closeInspector: options.ownsInspector === true,
    preciseStacks: options.mode === 'deep',
    isChanged: (url) => info.startedMs !== null && options.isChanged?.(url, info.startedMs) === true,
  };
}

function notConnected(address: string, reason: string): OffloopError {
  return new OffloopError(
    'cannot-attach',
    `Could not connect to the inspector at ${address} (${reason}). Run "offloop list" to see what you can attach to.`,
  );
}

function notRecorded(address: string, failure: EvaluationFailure): OffloopError {
  const why = describeFailure(failure);
  switch (failure.kind) {
    case 'closed':
      return new OffloopError('target-died', `The target at ${address} went away while attaching: ${why}.`);
    case 'timeout':
      return new OffloopError(
        'cannot-attach',
        `The target at ${address} did not answer within ${formatMs(firstAnswerMs)}. It may be paused in a debugger or stopped: let it run and attach again.`,
      );
    case 'protocol':
    case 'threw':
      return new OffloopError(
        'cannot-attach',
        `The process at ${address} cannot be recorded: ${why}. Is it Node.js 18 or later?`,
      );
  }
}
