import { closeInspectorSoon } from '../../injected/closeInspectorSoon.ts';
import type { Recording } from '../../recording/recording.ts';
import type { Micros } from '../../base/units.ts';
import { formatMs } from '../../wording/numbers/formatNumbers.ts';
import { evaluate } from '../protocol/evaluate.ts';
import type { TargetInfo } from '../targets/targetInfo.ts';
import type { Capture, CaptureEnd, RecordingOutcome } from './capture.ts';
import { captureRecording } from './captureRecording.ts';
import type { CaptureSetup } from './captureSetup.ts';
import { CaptureThreads } from './captureThreads.ts';
import { CpuTimeLog } from './cpuTimeLog.ts';
import { isDone } from './isDone.ts';

/** A target that does not answer our goodbye within this time is blocked; the connection is cut instead. */
const finishTimeoutMs = 10_000;

/** The capture behind `attach`: begins, rotates, and ends once, by us or by its process. */
export class LiveCapture implements Capture {
  readonly closed: Promise<CaptureEnd>;
  readonly #setup: CaptureSetup;
  readonly #threads: CaptureThreads;
  readonly #cpuTimes: CpuTimeLog;
  readonly #started: { readonly atMs: number; readonly oursMs: number };
  #settleClosed: (end: CaptureEnd) => void = () => undefined;
  #rotateTimer: NodeJS.Timeout | undefined;
  #rotation: Promise<void> = Promise.resolve();
  #end: CaptureEnd | undefined;
  #stopping: Promise<RecordingOutcome> | undefined;

  constructor(setup: CaptureSetup) {
    this.#setup = setup;
    this.#started = { atMs: setup.target.nowMs ?? Date.now(), oursMs: performance.now() };
    this.#threads = new CaptureThreads(setup);
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

  get target(): TargetInfo {
    return this.#setup.target;
  }

  get address(): string {
    return this.#setup.address;
  }

  /** Begins rotating windows and watching worker threads. */
  async begin(): Promise<void> {
    await this.#threads.watch();
    // A target that went away meanwhile leaves nothing to do: timers would keep this process alive for ever.
    if (this.#end !== undefined) return;
    this.#scheduleRotation();
    this.#threads.begin();
    this.#cpuTimes.keepReading(this.#setup.thread.grain.cpuTimeEvery);
  }

  snapshot(since?: Micros): Recording {
    const captured = {
      setup: this.#setup,
      threads: this.#threads.all,
      cpuTimes: this.#cpuTimes.readings,
      startedAtMs: this.#started.atMs,
      elapsedMs: performance.now() - this.#started.oursMs,
    };
    return captureRecording(captured, since);
  }

  flush(): Promise<void> {
    this.#rotation = this.#rotation.then(async () => {
      if (this.#end === undefined) await this.#threads.rotate();
    });
    return this.#rotation;
  }

  stop(): Promise<RecordingOutcome> {
    this.#threads.noteLeaving();
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
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
    await Promise.all([closing, this.#threads.finish(finishTimeoutMs)]);
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
    const lostMs = this.#threads.noteGone();
    return `The process ended (${reason}); its last ${formatMs(lostMs)} are lost.`;
  }

  #stopTimers(): void {
    clearTimeout(this.#rotateTimer);
    this.#rotateTimer = undefined;
    this.#cpuTimes.stopReading();
    this.#threads.pause();
  }

  #finish(end: CaptureEnd): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    this.#threads.noteOver();
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
}
