import { parseCpuProfile } from '../analysis/timeline/parseCpuProfile.ts';
import type { OffloopError } from '../base/offloopError.ts';
import { err, ok, type Result } from '../base/result.ts';
import { millis } from '../base/units.ts';
import { attach, type AttachOptions } from '../profiler/attach.ts';
import { openInspector } from '../profiler/openInspector.ts';
import type { ProfilingSession, RecordedWindow } from '../profiler/profilingSession.ts';
import { diskSources } from '../sources/diskSources.ts';
import { LiveReport } from './liveReport.ts';
import type { RecorderCommand, RecorderEvent, RecorderSettings, RecorderTarget } from './recorderProtocol.ts';

const statusEveryMs = 1000;

interface Address {
  readonly target: string;
  readonly ownsInspector: boolean;
}

async function addressOf(target: RecorderTarget): Promise<Result<Address, OffloopError>> {
  if (target.kind === 'address') return ok({ target: target.address, ownsInspector: false });
  const opened = await openInspector(target.pid);
  if (!opened.ok) return err(opened.error);
  return ok({ target: opened.value.webSocketUrl, ownsInspector: opened.value.openedByUs });
}

/** One run of the program: a session, and the report that grows with it. */
class Run {
  readonly #live: LiveReport;
  readonly #tell: (event: RecorderEvent) => void;
  readonly #number: number;
  #delays: number[] = [];
  session: ProfilingSession | null = null;

  constructor(settings: RecorderSettings, number: number, tell: (event: RecorderEvent) => void) {
    const { root, mappings, thresholdMs } = settings;
    this.#live = new LiveReport(diskSources(), {
      threshold: millis(thresholdMs),
      root,
      mappings,
      fullUrls: false,
    });
    this.#number = number;
    this.#tell = tell;
  }

  get blocks(): number {
    return this.#live.blockCount;
  }

  onWindow(window: RecordedWindow): void {
    if (window.figures !== null) this.#delays.push(window.figures.recentDelayMs);
    if (window.threadId !== 'main' || this.session === null) return;
    const report = this.#live.step(this.session.snapshot(this.#live.since), false);
    this.#tell({ kind: 'report', report, run: this.#number });
  }

  /** The largest loop delay since the last call; null when none was measured. */
  takeDelay(): number | null {
    const largest = this.#delays.length === 0 ? null : Math.max(...this.#delays);
    this.#delays = [];
    return largest;
  }

  async finish(session: ProfilingSession): Promise<RecorderEvent> {
    const { reason } = await session.stop();
    const report = this.#live.step(session.snapshot(this.#live.since), true);
    return { kind: 'ended', report, run: this.#number, reason };
  }
}

async function recordSession(
  target: RecorderTarget,
  settings: RecorderSettings,
  stopped: AbortSignal,
  tell: (event: RecorderEvent) => void,
): Promise<void> {
  const address = await addressOf(target);
  if (!address.ok) {
    tell({ kind: 'failed', code: address.error.code, message: address.error.message });
    return;
  }
  const run = new Run(settings, 0, tell);
  const options: AttachOptions = {
    ...address.value,
    parseProfile: parseCpuProfile,
    mode: settings.mode,
    exactBoundaries: settings.exactBoundaries,
    onWindow: (window) => {
      run.onWindow(window);
    },
  };
  const attached = await attach(options);
  if (!attached.ok) {
    tell({ kind: 'failed', code: attached.error.code, message: attached.error.message });
    return;
  }
  await using session = attached.value;
  run.session = session;
  tell({ kind: 'attached', target: session.target, address: session.address, restarts: 0 });
  const started = performance.now();
  const timer = setInterval(() => {
    const elapsedMs = Math.round(performance.now() - started);
    tell({ kind: 'status', status: { elapsedMs, recentDelayMs: run.takeDelay(), blocks: run.blocks } });
  }, statusEveryMs);
  try {
    await Promise.race([session.closed, new Promise((resolve) => onAbort(stopped, resolve))]);
  } finally {
    clearInterval(timer);
  }
  tell(await run.finish(session));
}

function onAbort(signal: AbortSignal, listener: (value?: unknown) => void): void {
  if (signal.aborted) listener();
  else signal.addEventListener('abort', listener, { once: true });
}

/**
 * Runs a recorder as a child process: takes commands from its parent, tells it events, and detaches from the target and
 * ends when it is told to stop or the parent goes away.
 */
export function runRecorderProcess(): void {
  const stop = new AbortController();
  const tell = (event: RecorderEvent): void => {
    // Without a parent nobody listens; the session then only has to leave the target.
    if (process.connected) process.send?.(event, () => undefined);
  };
  process.once('disconnect', () => {
    stop.abort();
  });
  process.on('message', (message) => {
    const command = message as RecorderCommand;
    if (command.kind === 'stop') stop.abort();
    else {
      void recordSession(command.target, command.settings, stop.signal, tell).then(() => {
        if (process.connected) process.disconnect();
      });
    }
  });
}
