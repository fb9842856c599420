import { setTimeout as delay } from 'node:timers/promises';
import { OffloopError } from '../base/offloopError.ts';
import { err, ok, type Result } from '../base/result.ts';
import { millis, millisToMicros, type Millis } from '../base/units.ts';
import { openCdpConnection, type CdpConnection } from './cdpConnection.ts';
import { describeFailure, type EvaluationFailure } from './evaluate.ts';
import { LiveSession, type ProfilingSession, type RecordedWindow } from './profilingSession.ts';
import { resolveTarget } from './resolveTarget.ts';
import { nodeMajor, predictedPauseMs, readTargetInfo, type TargetProbe } from './targetInfo.ts';
import { ThreadRecorder, type ParseProfile, type ThreadOptions } from './threadRecorder.ts';

/** How a target is recorded. */
export interface AttachOptions {
  /** `host:port`, a port, or a `ws://` address. */
  readonly target: string | number;
  readonly parseProfile: ParseProfile;
  /** `watch` (default): 5 ms sampling, for hours. `deep`: 1 ms, for seconds. */
  readonly mode?: 'watch' | 'deep';
  /** Sampling interval; overrides the mode's. */
  readonly intervalMs?: Millis;
  /** False leaves the target without a probe: no marks, no live stacks. Default true. */
  readonly inject?: boolean;
  /** Watches async scopes on Node 18 to 22 too, where that costs a few per cent. Always on from 24. */
  readonly exactBoundaries?: boolean;
  /** Whether worker threads are recorded. Default true. */
  readonly workers?: boolean;
  /** Keeps query strings in request marks. */
  readonly fullUrls?: boolean;
  /** The inspector was opened by us: close it again at the end. */
  readonly ownsInspector?: boolean;
  /** Called before the profiler starts, with the time for which that will hold the target, in ms (heap size decides). */
  readonly onPause?: (expectedMs: number) => void;
  /** Called after each window; must not throw. */
  readonly onWindow?: (window: RecordedWindow) => void;
  /** Gives up attaching; after that, stops the session. */
  readonly signal?: AbortSignal;
}

const defaults = {
  watch: { intervalMs: 5, rotateEveryMs: 2_000, peekEveryMs: 50 },
  deep: { intervalMs: 1, rotateEveryMs: 1_000, peekEveryMs: 20 },
} as const;

/** A target may be inside a long block when we come: it answers after it. */
const firstAnswerMs = 60_000;

/**
 * Attaches to a target and starts recording. Errors: 'bad-input' for an unreadable address, 'cannot-attach' when there is
 * no target to record, 'target-died' when it went away meanwhile; each says what to do next.
 */
export async function attach(options: AttachOptions): Promise<Result<ProfilingSession, OffloopError>> {
  const resolved = await resolveTarget(options.target, options.signal);
  if (!resolved.ok) return resolved;
  const { webSocketUrl } = resolved.value;
  const address = new URL(webSocketUrl).host;
  const connection = await openCdpConnection(webSocketUrl, options.signal);
  if (!connection.ok) return err(notConnected(address, connection.error));
  const session = await startSession(connection.value, address, options);
  if (!session.ok) {
    connection.value.close();
    return session;
  }
  options.signal?.addEventListener('abort', () => void session.value.stop(), { once: true });
  if (options.signal?.aborted === true) await session.value.stop();
  return session;
}

async function startSession(
  connection: CdpConnection,
  address: string,
  options: AttachOptions,
): Promise<Result<ProfilingSession, OffloopError>> {
  const state = { waiting: false };
  connection.on('NodeRuntime.waitingForDebugger', () => {
    state.waiting = true;
  });
  await connection.send('NodeRuntime.enable', {}, firstAnswerMs);
  await connection.send('NodeRuntime.notifyWhenWaitingForDisconnect', { enabled: true }, firstAnswerMs);
  const first = await readTargetInfo(connection, firstAnswerMs);
  if (!first.ok) return err(notRecorded(address, first.error));
  const thread = threadOptions(options, first.value);
  const main = new ThreadRecorder(connection, 'main', first.value.info.pid, thread);
  options.onPause?.(predictedPauseMs(first.value.info));
  // Listing the scripts holds the target for a moment too: before the first window it cannot look like a block. But a
  // program that waits for its debugger would then stop at its first line.
  if (!state.waiting) await main.refreshScripts();
  // A program that waits for its debugger starts only when it is told to, and then has not yet filled process.argv.
  const started = await main.start();
  if (!started.ok) return err(notRecorded(address, started.error));
  await connection.send('Runtime.runIfWaitingForDebugger');
  const info = state.waiting ? await readStartedInfo(connection) : first;
  if (!info.ok) return err(notRecorded(address, info.error));
  const session = new LiveSession({
    connection,
    target: info.value.info,
    address,
    debuggerAttached: info.value.info.underDebugger ? true : null,
    workers: options.workers !== false,
    ownsInspector: options.ownsInspector === true,
    thread,
    main,
    onWindow: options.onWindow ?? (() => undefined),
    ...defaults[options.mode ?? 'watch'],
    intervalMs: sampling(options),
  });
  await session.begin();
  return ok(session);
}

/** A program that was just let go fills `process.argv` within a few ms. */
async function readStartedInfo(connection: CdpConnection): ReturnType<typeof readTargetInfo> {
  for (let attempt = 1; ; attempt++) {
    const info = await readTargetInfo(connection, firstAnswerMs);
    if (!info.ok || info.value.info.argv.length > 0 || attempt === startAttempts) return info;
    await delay(startEveryMs);
  }
}

const startAttempts = 40;
const startEveryMs = 25;

const sampling = (options: AttachOptions): Millis =>
  options.intervalMs ?? millis(defaults[options.mode ?? 'watch'].intervalMs);

/** Promise callbacks can be left out of async hooks from Node 24 on, which makes them cheap enough to be always on. */
const cheapScopesSince = 24;

function threadOptions(options: AttachOptions, { info, hasBuiltinModules }: TargetProbe): ThreadOptions {
  return {
    intervalUs: millisToMicros(sampling(options)),
    parseProfile: options.parseProfile,
    hasBuiltinModules,
    inject: options.inject !== false,
    scopes: options.exactBoundaries === true || nodeMajor(info.node) >= cheapScopesSince,
    fullUrls: options.fullUrls === true,
    closeInspector: options.ownsInspector === true,
  };
}

function notConnected(address: string, reason: string): OffloopError {
  return new OffloopError(
    'cannot-attach',
    `Could not connect to the inspector at ${address} (${reason}). See what can be attached to with "offloop list".`,
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
        `The target at ${address} did not answer within ${String(firstAnswerMs / 1000)} s. It may be paused in a debugger or stopped: let it run and attach again.`,
      );
    case 'protocol':
    case 'threw':
      return new OffloopError(
        'cannot-attach',
        `What listens on ${address} cannot be profiled: ${why}. Is it Node.js 18 or later?`,
      );
  }
}
