import type { RunningTasks } from './runningTasks.ts';

// Below this a task takes about as long as its trip from Redis: threads would idle while the next one travels.
const shortMs = 2;
const longMs = 4;
// One task that was held up says little about the others.
const longestSampleMs = 8;
// Tasks fetched beyond those that threads run.
const most = 16;
// Weight of the newest task in the average.
const newest = 0.05;
// A worker that has just started may have been ended by the very task it will run first: it takes no others along.
const samplesNeeded = 50;
// A task that was fetched ahead and waits for longer goes back, for a worker that has a thread to spare.
const patienceMs = 100;

/** The part of a BullMQ worker that this file changes. */
interface Adjustable {
  concurrency: number;
}

/**
 * Fetches more tasks than there are threads while tasks are short, so that threads need not wait for Redis; and none when
 * tasks are long, so that none waits here while another worker is idle.
 */
export class FetchAhead {
  #worker: Adjustable | undefined;
  #meanMs = 0;
  #samples = 0;
  #lastEnd = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly threads: number,
    private readonly running: RunningTasks,
  ) {}

  /** Starts to adjust a worker. */
  adjust(worker: Adjustable): void {
    this.#worker = worker;
  }

  /** A task ended that had been given to the threads at `from` (milliseconds of `performance.now()`). */
  ended(from: number): void {
    const now = performance.now();
    // While tasks wait for threads, the time between two ends says how long one takes.
    const isFull = this.running.size >= this.threads;
    const tookMs = isFull ? (now - Math.max(from, this.#lastEnd)) * this.threads : now - from;
    this.#lastEnd = now;
    this.#samples++;
    const sample = Math.min(tookMs, longestSampleMs);
    this.#meanMs += (sample - this.#meanMs) * Math.max(newest, 1 / this.#samples);
    if (this.#meanMs > longMs) this.#set(0);
    else if (this.#samples >= samplesNeeded && this.#meanMs < shortMs) this.#set(most);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #set(ahead: number): void {
    if (this.#worker === undefined || this.#worker.concurrency === this.threads + ahead) return;
    this.#worker.concurrency = this.threads + ahead;
    this.#timer ??= setInterval(() => {
      this.#giveBack();
    }, patienceMs / 2).unref();
  }

  #giveBack(): void {
    if (!this.running.returnWaiting(performance.now() - patienceMs)) return;
    // What runs now is long, whatever was before.
    this.#samples = 0;
    this.#meanMs = 0;
    this.#set(0);
  }
}
