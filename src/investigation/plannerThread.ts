import { Worker } from 'node:worker_threads';
import type { PlannerCall, PlannerReply } from './helpers/plannerProtocol.ts';

/** A cancelled plan has this long to end by itself; then its thread is replaced. ms. */
const graceMs = 100;

/**
 * The thread of the planner process that answers what takes long and cannot be interrupted, one call after the other. The
 * process itself stays free to answer other calls, and to cancel these.
 */
export class PlannerThread {
  readonly #module: URL;
  readonly #onReply: (reply: PlannerReply) => void;
  readonly #queue: PlannerCall[] = [];
  #worker: Worker | null = null;
  #running: PlannerCall | null = null;

  /** `module`: the script of the thread. It gets calls as messages and posts a reply to each. */
  constructor(module: URL, onReply: (reply: PlannerReply) => void) {
    this.#module = module;
    this.#onReply = onReply;
  }

  /** Takes a call; its reply comes unless it is cancelled. */
  take(call: PlannerCall): void {
    this.#queue.push(call);
    this.#next();
  }

  /** Cancels a call: it does not start, or stops soon. */
  cancel(id: number): void {
    const index = this.#queue.findIndex((call) => call.id === id);
    if (index !== -1) this.#queue.splice(index, 1);
    if (this.#running?.id !== id) return;
    setTimeout(() => {
      if (this.#running?.id === id) this.#replace();
    }, graceMs);
  }

  #next(): void {
    if (this.#running !== null) return;
    const call = this.#queue.shift();
    if (call === undefined) return;
    this.#running = call;
    this.#worker ??= this.#start();
    this.#worker.postMessage(call);
  }

  #start(): Worker {
    const worker = new Worker(this.#module);
    worker.on('message', (reply: PlannerReply) => {
      if (worker !== this.#worker || reply.id !== this.#running?.id) return;
      this.#running = null;
      this.#onReply(reply);
      this.#next();
    });
    worker.on('error', (error) => {
      this.#lose(worker, error.message);
    });
    worker.on('exit', (code) => {
      this.#lose(worker, `its thread ended with ${String(code)}`);
    });
    return worker;
  }

  /** The thread is gone, with it the call that it was answering. The next call starts another. */
  #lose(worker: Worker, why: string): void {
    if (worker !== this.#worker) return;
    const lost = this.#running;
    this.#worker = null;
    this.#running = null;
    if (lost !== null)
      this.#onReply({ id: lost.id, ok: false, code: 'start-failed', message: `The planner failed: ${why}.` });
    this.#next();
  }

  #replace(): void {
    const worker = this.#worker;
    this.#worker = null;
    this.#running = null;
    void worker?.terminate();
    this.#next();
  }
}
