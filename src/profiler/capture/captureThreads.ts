import type { CaptureSetup } from './captureSetup.ts';
import { ThreadRecorder } from './thread/threadRecorder.ts';
import { watchWorkers, type WorkerChannel } from './workerThreads.ts';

/** Worker threads are ended without a word; what ran since the last window is lost then. */
const rotateWorkersEveryMs = 500;
/** Ended worker threads whose recordings are kept. */
const maxEndedWorkers = 128;

/** The recorders of the threads of one process: its main thread's, and those of workers that come and go. */
export class CaptureThreads {
  readonly #setup: CaptureSetup;
  readonly #workers = new Map<string, ThreadRecorder>();
  readonly #ended: ThreadRecorder[] = [];
  #timer: NodeJS.Timeout | undefined;
  #isLeaving = false;
  #isOver = false;

  constructor(setup: CaptureSetup) {
    this.#setup = setup;
  }

  /** Of the threads that run: the main thread first. */
  get running(): readonly ThreadRecorder[] {
    return [this.#setup.main, ...this.#workers.values()];
  }

  /** Of these and of workers that ended. */
  get all(): readonly ThreadRecorder[] {
    return [this.#setup.main, ...this.#ended, ...this.#workers.values()];
  }

  /** Looks for worker threads, if they are wanted: the recording of those that run already has begun when this settles. */
  async watch(): Promise<void> {
    if (!this.#setup.workers) return;
    await watchWorkers(
      this.#setup.connection,
      (worker) => void this.#addWorker(worker),
      (id) => {
        this.#removeWorker(id);
      },
    );
  }

  /** Begins to look into the main thread, and to rotate the windows of workers; those of all are rotated by `rotate`. */
  begin(): void {
    this.#setup.main.keepPeeking(this.#setup.peekEveryMs);
    this.#timer = setInterval(() => {
      for (const worker of this.#workers.values()) if (!worker.rotates) void this.#rotate(worker);
    }, rotateWorkersEveryMs);
  }

  /** Ends all windows and begins the next. */
  async rotate(): Promise<void> {
    await Promise.all(this.running.map((thread) => this.#rotate(thread)));
  }

  /** Neither looks nor rotates any more by itself. */
  pause(): void {
    clearInterval(this.#timer);
    for (const thread of this.running) thread.stopPeeking();
  }

  /** The capture is being stopped: workers that end from now on were left by us, and lose nothing. */
  noteLeaving(): void {
    this.#isLeaving = true;
  }

  /** The capture is over: no worker is added any more. */
  noteOver(): void {
    this.#isOver = true;
  }

  /** All threads are gone. Says how much of the longest running window was lost, in ms. */
  noteGone(): number {
    return Math.max(...this.running.map((thread) => thread.noteEnd()));
  }

  /** Removes everything that we left in them. */
  async finish(timeoutMs: number): Promise<void> {
    await Promise.all(this.running.map((thread) => thread.finish(timeoutMs)));
  }

  async #rotate(thread: ThreadRecorder): Promise<void> {
    const rotated = await thread.rotate();
    if (!rotated.ok || rotated.value === undefined) return;
    this.#setup.onWindow({ threadId: thread.id, figures: thread.marks.figures ?? null });
  }

  async #addWorker({ channel, id }: WorkerChannel): Promise<void> {
    const { target, thread, peekEveryMs } = this.#setup;
    const recorder = new ThreadRecorder(channel, id, target.pid, { ...thread, closeInspector: false });
    // The workers of a program that was told to wait for a debugger wait too.
    await channel.send('Runtime.runIfWaitingForDebugger');
    const started = await recorder.start();
    if (!started.ok || this.#isOver) return;
    this.#workers.set(id, recorder);
    recorder.keepPeeking(peekEveryMs);
    await recorder.refreshScripts();
  }

  #removeWorker(id: string): void {
    const recorder = this.#workers.get(id);
    if (recorder === undefined) return;
    this.#workers.delete(id);
    if (!this.#isLeaving) recorder.noteEnd();
    this.#ended.push(recorder);
    if (this.#ended.length > maxEndedWorkers) this.#ended.shift();
  }
}
