import type { CpuProfile, Recording, ThreadRecording } from '../../recording/recording.ts';
import { micros, microsToMillis, millis, type Micros, type Millis } from '../../base/units.ts';
import { formatMs } from '../../wording/numbers/formatNumbers.ts';
import type { CdpConnection } from '../protocol/cdpConnection.ts';
import { closeInspectorSoon } from '../../injected/closeInspectorSoon.ts';
import { CpuTimeLog } from './cpuTimeLog.ts';
import { evaluate } from '../protocol/evaluate.ts';
import { isDone } from './isDone.ts';
import type { LoopFigures } from './thread/markStore.ts';
import { sumRoutes } from './sumRoutes.ts';
import type { TargetInfo } from '../targets/targetInfo.ts';
import type { ThreadOptions } from './thread/threadOptions.ts';
import { ThreadRecorder } from './thread/threadRecorder.ts';
import { watchWorkers, type WorkerChannel } from './workerThreads.ts';

/** How a session ended. `died` is true when the target is gone, false when we or its inspector ended the session. */
export interface CaptureEnd {
  readonly died: boolean;
  /** A sentence for the user; null when the session was stopped by us. */
  readonly reason: string | null;
  /** The program had nothing left to do, or exited with code 0. Left out where it failed, was killed, or nobody can tell. */
  readonly isDone?: true;
}

/** What `stop` returns: everything recorded, and how the session ended. */
export interface RecordingOutcome extends CaptureEnd {
  readonly recording: Recording;
}

/** Announced after each window, when its profile and marks can be read through `snapshot`. */
export interface RecordedWindow {
  readonly threadId: string;
  readonly profile: CpuProfile;
  /** Loop figures of that thread; null without the probe. */
  readonly figures: LoopFigures | null;
}

/** One profiling session with one process: its main thread and its worker threads. */
export interface Capture extends AsyncDisposable {
  readonly target: TargetInfo;
  /** The inspector's address without its secret path. */
  readonly address: string;
  /** Settles once when the session is over, for whatever reason; never rejects. */
  readonly closed: Promise<CaptureEnd>;
  /** What was recorded so far, or since a time of the target's clock (microseconds, as in profiles and marks). */
  snapshot(since?: Micros): Recording;
  /** Ends the running windows now instead of at the next rotation; settles when they are stored. */
  flush(): Promise<void>;
  /** Detaches and leaves the target as it was found. Safe to call again, and after the target's death. */
  stop(): Promise<RecordingOutcome>;
}

/** What attach found out and decided before the session starts. */
export interface SessionSetup {
  readonly connection: CdpConnection;
  readonly target: TargetInfo;
  readonly address: string;
  readonly intervalMs: Millis;
  readonly rotateEveryMs: number;
  readonly peekEveryMs: number;
  readonly workers: boolean;
  readonly ownsInspector: boolean;
  readonly thread: ThreadOptions;
  readonly main: ThreadRecorder;
  readonly onWindow: (window: RecordedWindow) => void;
}

/** A target that does not answer our goodbye within this time is blocked; the connection is cut instead. */
const finishTimeoutMs = 10_000;
/** Worker threads are ended without a word; what ran since the last window is lost then. */
const rotateWorkersEveryMs = 500;
/** The last moment that a `Date` can name; the target's clock is untrusted. */
const latestDateMs = 8.64e15;
/** Ended worker threads whose recordings are kept. */
const maxEndedWorkers = 128;

/** The session behind `attach`. */
export class LiveSession implements Capture {
  readonly target: TargetInfo;
  readonly address: string;
  readonly closed: Promise<CaptureEnd>;
  readonly #setup: SessionSetup;
  readonly #workers = new Map<string, ThreadRecorder>();
  readonly #ended: ThreadRecorder[] = [];
  readonly #cpuTimes: CpuTimeLog;
  readonly #startedAtMs: number;
  readonly #startedOurs = performance.now();
  #settleClosed: (end: CaptureEnd) => void = () => undefined;
  #rotateTimer: NodeJS.Timeout | undefined;
  #cpuTimer: NodeJS.Timeout | undefined;
  #workerTimer: NodeJS.Timeout | undefined;
  #rotation: Promise<void> = Promise.resolve();
  #end: CaptureEnd | undefined;
  #stopping: Promise<RecordingOutcome> | undefined;

  constructor(setup: SessionSetup) {
    this.#setup = setup;
    this.target = setup.target;
    this.address = setup.address;
    this.#startedAtMs = setup.target.nowMs ?? Date.now();
    this.#cpuTimes = new CpuTimeLog(setup.target, setup.address);
    this.closed = new Promise((resolve) => {
      this.#settleClosed = resolve;
    });
    // The target waits for us at its exit: take what it still has, then let it go.
    setup.connection.on('NodeRuntime.waitingForDisconnect', () => {
      void this.#letGo();
    });
    void setup.connection.closed.then((reason) => {
      if (this.#end === undefined) this.#finish({ died: true, reason: this.#goneWith(reason) });
    });
  }

  /** Begins rotating windows and watching worker threads. */
  async begin(): Promise<void> {
    if (this.#setup.workers) {
      await watchWorkers(
        this.#setup.connection,
        (worker) => void this.#addWorker(worker),
        (id) => {
          this.#removeWorker(id);
        },
      );
    }
    this.#scheduleRotation();
    this.#setup.main.keepPeeking(this.#setup.peekEveryMs);
    this.#cpuTimer = setInterval(() => void this.#cpuTimes.read(), this.#setup.thread.grain.cpuTimeEvery);
    this.#workerTimer = setInterval(() => {
      for (const worker of this.#workers.values()) if (!worker.rotates) void this.#rotateThread(worker);
    }, rotateWorkersEveryMs);
  }

  snapshot(since?: Micros): Recording {
    const { main } = this.#setup;
    const threads = [main, ...this.#ended, ...this.#workers.values()];
    const figures = main.marks.figures;
    const recorded = threads.map((thread) => thread.recording(since));
    const holes = threads.reduce((sum, thread) => sum + thread.windows.holesUs + thread.windows.droppedUs, 0);
    return {
      target: {
        pid: this.target.pid,
        node: this.target.node,
        title: this.target.title,
        url: `ws://${this.address}/…`,
        debuggerAttached: this.target.underDebugger ? true : null,
      },
      processStartedMs: this.target.startedMs,
      startedAt: this.#startedAt(recorded),
      durationMs: durationOf(main.windows.profiles, performance.now() - this.#startedOurs),
      intervalMs: this.#setup.intervalMs,
      unobservedMs: millis(holes / 1000),
      markKinds: this.#markKinds,
      threads: recorded.map((thread, index) =>
        index === 0 ? { ...thread, cpuTimes: this.#cpuTimes.readings } : thread,
      ),
      requests:
        figures === undefined
          ? main.tracedRequests
          : sumOf(threads, (thread) => thread.marks.figures?.requests ?? 0),
      routes: routesOf(threads),
      loop:
        figures === undefined
          ? null
          : { utilization: main.windows.utilization, turns: figures.turns, delayMs: figures.delayMs },
    };
  }

  flush(): Promise<void> {
    this.#rotation = this.#rotation.then(async () => {
      if (this.#end === undefined)
        await Promise.all(this.#threads.map((thread) => this.#rotateThread(thread)));
    });
    return this.#rotation;
  }

  stop(): Promise<RecordingOutcome> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  /** When its first window began, by the target's own wall clock: times in a report count from there. */
  #startedAt(threads: readonly ThreadRecording[]): string {
    const starts = threads.flatMap(({ windows }) => windows.slice(0, 1).map(({ startTime }) => startTime));
    const first = starts.length === 0 ? null : this.#setup.main.wallMsAt(micros(Math.min(...starts)));
    const isDate = first !== null && Math.abs(first) < latestDateMs;
    return new Date(isDate ? first : this.#startedAtMs).toISOString();
  }

  get #markKinds(): Recording['markKinds'] {
    const { main, thread } = this.#setup;
    if (main.marks.figures === undefined) return main.tracedRequests === null ? [] : ['request', 'beat'];
    return thread.scopes ? ['request', 'beat', 'async'] : ['request', 'beat'];
  }

  get #threads(): readonly ThreadRecorder[] {
    return [this.#setup.main, ...this.#workers.values()];
  }

  async #stop(): Promise<RecordingOutcome> {
    if (this.#end === undefined) {
      await this.#leaveThreads();
      await this.#cpuTimes.read();
      this.#finish({ died: false, reason: null });
    }
    const end = await this.closed;
    return { recording: this.snapshot(), ...end };
  }

  /** Removes what we left in the target and closes the connection. */
  async #leaveThreads(): Promise<void> {
    this.#stopTimers();
    const { connection, ownsInspector, thread } = this.#setup;
    // First of all: without the probe nothing else would close it when we are killed now.
    const closing =
      ownsInspector &&
      evaluate(connection, closeInspectorSoon, {
        timeoutMs: finishTimeoutMs,
        commandLineApi: !thread.hasBuiltinModules,
      });
    await Promise.all([closing, ...this.#threads.map((thread) => thread.finish(finishTimeoutMs))]);
    // Before closing: the answer to our own closing frame must not look like the target's death.
    this.#finish(this.#end ?? { died: false, reason: null });
    connection.close();
    await connection.closed;
  }

  async #letGo(): Promise<void> {
    this.#stopTimers();
    const { connection, main } = this.#setup;
    await main.finish(finishTimeoutMs, true);
    const end = { died: true, reason: 'The program ended.' };
    this.#finish((await isDone(connection)) ? { ...end, isDone: true } : end);
    connection.close();
  }

  #goneWith(reason: string): string {
    const lostMs = Math.max(...this.#threads.map((thread) => thread.noteEnd()));
    return `The process ended (${reason}); its last ${formatMs(lostMs)} are lost.`;
  }

  #stopTimers(): void {
    clearTimeout(this.#rotateTimer);
    clearInterval(this.#cpuTimer);
    clearInterval(this.#workerTimer);
    this.#rotateTimer = undefined;
    for (const thread of this.#threads) thread.stopPeeking();
  }

  #finish(end: CaptureEnd): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    this.#stopTimers();
    this.#settleClosed(end);
  }

  #scheduleRotation(): void {
    this.#rotateTimer = setTimeout(() => {
      void this.flush().then(() => {
        if (this.#rotateTimer !== undefined) this.#scheduleRotation();
      });
    }, this.#setup.rotateEveryMs);
  }

  async #rotateThread(thread: ThreadRecorder): Promise<void> {
    const rotated = await thread.rotate();
    if (!rotated.ok || rotated.value === undefined) return;
    this.#setup.onWindow({
      threadId: thread.id,
      profile: rotated.value,
      figures: thread.marks.figures ?? null,
    });
  }

  async #addWorker({ channel, id }: WorkerChannel): Promise<void> {
    const options = { ...this.#setup.thread, closeInspector: false };
    const recorder = new ThreadRecorder(channel, id, this.target.pid, options);
    // The workers of a program that was told to wait for a debugger wait too.
    await channel.send('Runtime.runIfWaitingForDebugger');
    const started = await recorder.start();
    if (!started.ok || this.#end !== undefined) return;
    this.#workers.set(id, recorder);
    recorder.keepPeeking(this.#setup.peekEveryMs);
    await recorder.refreshScripts();
  }

  #removeWorker(id: string): void {
    const recorder = this.#workers.get(id);
    if (recorder === undefined) return;
    this.#workers.delete(id);
    if (this.#stopping === undefined) recorder.noteEnd();
    this.#ended.push(recorder);
    if (this.#ended.length > maxEndedWorkers) this.#ended.shift();
  }
}

const sumOf = <T>(items: readonly T[], value: (item: T) => number): number =>
  items.reduce((sum, item) => sum + value(item), 0);

/** Requests by route on all threads, of the whole session; null without the probe. */
function routesOf(threads: readonly ThreadRecorder[]): Readonly<Record<string, number>> | null {
  if (threads[0]?.marks.routes === undefined) return null;
  return sumRoutes(threads.map(({ marks }) => [...(marks.routes ?? [])]));
}

function durationOf(windows: readonly CpuProfile[], elapsedMs: number): Millis {
  const [first, last] = [windows[0], windows.at(-1)];
  if (first === undefined || last === undefined) return millis(Math.round(elapsedMs));
  return microsToMillis(micros(last.endTime - first.startTime));
}
