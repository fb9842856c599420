import { decodeError } from './errorCodec.ts';
import { BrokenExecutorError } from './errors.ts';
import { channels, type WorkerEvent } from './events.ts';
import type { ResolvedOptions } from './options.ts';
import { PoolWorker } from './poolWorker.ts';
import { pack } from './bufferCodec.ts';
import { mainSetup } from './mainSetup.ts';
import { resolveTask } from './taskReference.ts';
import type { StartTransport, WorkerEnd } from './transport.ts';
import type { ExecutorOptions } from './types.ts';
import { Reply, Request, type WireReply } from './wire.ts';

/** What a pool of workers reports to its executor. */
export interface PoolEvents {
  /** A worker can take its first task. */
  readonly ready: (worker: PoolWorker) => void;
  readonly reply: (worker: PoolWorker, reply: WireReply) => void;
  /** A worker is gone; `worker.task` is what it ran. */
  readonly ended: (worker: PoolWorker, end: WorkerEnd) => void;
  /** No worker can be had. */
  readonly broken: (error: BrokenExecutorError) => void;
}

// How long a process may take to say how busy it is, in ms.
const answerTime = 200;
// Deaths in a row before a worker is ready: then starting another is pointless.
const maxStartupDeaths = 3;
// A worker asked to end runs its exit handlers; after this many ms it is killed.
const closeGrace = 2_000;

/** Starts, keeps and ends workers; knows nothing of queues. */
export class WorkerPool {
  /** Workers that take tasks or will. */
  readonly workers = new Set<PoolWorker>();
  /** Workers told to end that have not ended yet; they make room at once. */
  readonly leaving = new Set<PoolWorker>();
  readonly idle: PoolWorker[] = [];
  starting = 0;
  crashed = 0;
  #startupDeaths = 0;
  #serial = 0;
  #reaper: NodeJS.Timeout | undefined;

  constructor(
    private readonly kind: 'thread' | 'process',
    private readonly startTransport: StartTransport,
    private readonly options: ExecutorOptions,
    private readonly resolved: ResolvedOptions,
    private readonly name: string,
    private readonly events: PoolEvents,
  ) {}

  /** Starts workers until `wanted` are on their way or all are started. */
  grow(wanted: number): void {
    while (this.starting < wanted && this.workers.size < this.resolved.maxWorkers) {
      if (!this.#start()) return;
    }
  }

  /** The idle worker used last; a warm one beats a fair choice. */
  take(): PoolWorker | undefined {
    return this.idle.pop();
  }

  /** Gives a worker back. */
  rest(worker: PoolWorker): void {
    worker.state = 'idle';
    worker.idleSince = performance.now();
    this.idle.push(worker);
    if (this.#reaper === undefined && this.resolved.idleTimeout !== Infinity) this.#watchIdle();
  }

  /** Asks a worker to end, kills it if it does not. */
  close(worker: PoolWorker): void {
    if (worker.state === 'closing' || worker.state === 'ended') return;
    const wasStarting = worker.state === 'starting';
    this.#retire(worker);
    if (wasStarting) {
      worker.transport.kill();
      return;
    }
    worker.transport.send([Request.close]);
    worker.killTimer = setTimeout(() => {
      worker.transport.kill();
    }, closeGrace);
    worker.killTimer.unref();
  }

  /** Ends a worker now. */
  kill(worker: PoolWorker): void {
    if (worker.state === 'ended') return;
    this.#retire(worker);
    worker.transport.kill();
  }

  /** Active and idle ms of a worker's loop; undefined when it does not answer in time. */
  async askUtilization(worker: PoolWorker): Promise<{ active: number; idle: number } | undefined> {
    const known = worker.transport.utilization();
    if (known !== undefined || worker.state === 'starting') return known;
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        resolve(undefined);
      }, answerTime);
      worker.onUtilization = (active, idle) => {
        clearTimeout(timer);
        resolve({ active, idle });
      };
      worker.transport.send([Request.utilization]);
    });
  }

  #retire(worker: PoolWorker): void {
    worker.expected = true;
    if (worker.state === 'starting') this.starting--;
    if (worker.state === 'idle') this.#removeIdle(worker);
    worker.state = 'closing';
    this.workers.delete(worker);
    this.leaving.add(worker);
  }

  #removeIdle(worker: PoolWorker): void {
    const at = this.idle.indexOf(worker);
    if (at >= 0) this.idle.splice(at, 1);
  }

  #start(): boolean {
    const worker = new PoolWorker(`${this.name}-${String(this.#serial++)}`);
    try {
      const setup = { ...mainSetup(), name: worker.name };
      worker.transport = this.startTransport(setup, this.options, {
        message: (reply) => {
          this.#receive(worker, reply);
        },
        unreadable: (error) => {
          if (worker.task !== undefined)
            worker.transport.send([Request.unread, worker.task.id, String(error)]);
        },
        ended: (end) => {
          this.#ended(worker, end);
        },
      });
    } catch (error) {
      this.events.broken(new BrokenExecutorError('No worker can be started', { cause: error }));
      return false;
    }
    this.workers.add(worker);
    this.starting++;
    if (channels.workerStart.hasSubscribers) channels.workerStart.publish(this.#event(worker));
    return true;
  }

  #receive(worker: PoolWorker, reply: WireReply): void {
    if (reply[0] === Reply.utilization) {
      worker.onUtilization?.(reply[1], reply[2]);
    } else if (worker.state === 'busy') {
      this.events.reply(worker, reply);
    } else if (reply[0] === Reply.broken || reply[0] === Reply.unread) {
      const cause = reply[0] === Reply.broken ? decodeError(reply[1]) : new Error(reply[1]);
      this.events.broken(new BrokenExecutorError('The initializer of a worker failed', { cause }));
    } else if (reply[0] === Reply.ready && worker.state === 'starting') {
      if (worker.initialized || this.options.initializer === undefined) this.#ready(worker);
      else this.#initialize(worker);
    }
  }

  #ready(worker: PoolWorker): void {
    this.starting--;
    this.#startupDeaths = 0;
    this.events.ready(worker);
  }

  #initialize(worker: PoolWorker): void {
    worker.initialized = true;
    try {
      const { ref } = resolveTask(this.options.initializer as () => unknown);
      const args = this.options.initArgs ?? [];
      const packing = pack(args, { keepsBuffers: this.kind === 'process' });
      try {
        const extra = packing === undefined ? {} : { buffers: packing.buffers };
        worker.transport.send([Request.initialize, ref, args, extra], packing?.transfer);
      } finally {
        packing?.restore();
      }
    } catch (error) {
      this.events.broken(
        new BrokenExecutorError('The initializer of a worker cannot be sent', { cause: error }),
      );
    }
  }

  #ended(worker: PoolWorker, end: WorkerEnd): void {
    clearTimeout(worker.killTimer);
    this.workers.delete(worker);
    this.leaving.delete(worker);
    if (worker.state === 'idle') this.#removeIdle(worker);
    const diedStarting = worker.state === 'starting';
    if (diedStarting) this.starting--;
    worker.state = 'ended';
    if (!worker.expected) this.crashed++;
    if (channels.workerEnd.hasSubscribers) {
      channels.workerEnd.publish({
        ...this.#event(worker),
        exitCode: end.exitCode,
        signal: end.signal,
        crashed: !worker.expected,
      });
    }
    if (diedStarting && ++this.#startupDeaths >= maxStartupDeaths) {
      this.events.broken(
        new BrokenExecutorError(`${String(maxStartupDeaths)} workers in a row died while starting`, {
          cause: decodeError(end.error),
        }),
      );
    }
    this.events.ended(worker, end);
  }

  #event(worker: PoolWorker): WorkerEvent {
    return { executor: this.name, kind: this.kind, name: worker.name, worker: worker.transport.id };
  }

  // Looks twice per idle time, and only while there is something to end.
  #watchIdle(): void {
    this.#reaper = setInterval(
      () => {
        this.#reap();
      },
      Math.min(Math.max(this.resolved.idleTimeout / 2, 10), 2 ** 31 - 1),
    );
    this.#reaper.unref();
  }

  #reap(): void {
    const deadline = performance.now() - this.resolved.idleTimeout;
    // The longest idle ones are at the front.
    while (this.workers.size > this.resolved.minWorkers) {
      const worker = this.idle[0];
      if (worker === undefined || worker.idleSince > deadline) break;
      this.close(worker);
    }
    if (this.idle.length === 0) this.stopReaping();
  }

  /** Stops looking for idle workers. */
  stopReaping(): void {
    clearInterval(this.#reaper);
    this.#reaper = undefined;
  }
}
