import { decodeError } from '../wire/errorCodec.ts';
import { BrokenExecutorError } from '../wire/errors.ts';
import { channels, type WorkerEvent } from '../observe/events.ts';
import type { ResolvedOptions } from './options.ts';
import { PoolWorker, type WorkerListener, type WorkerState } from './poolWorker.ts';
import { mainSetup } from './mainSetup.ts';
import type { StartTransport, WorkerEnd } from './transport.ts';
import type { ExecutorOptions } from './types.ts';
import { Reply, type WireReply } from '../wire/wire.ts';

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

/** What a pool of workers is made from. */
export interface PoolSetup {
  readonly kind: 'thread' | 'process';
  /** Of the executor; those of its workers begin with it. */
  readonly name: string;
  readonly startTransport: StartTransport;
  /** As the user gave them. */
  readonly options: ExecutorOptions;
  /** The same, checked and complete. */
  readonly resolved: ResolvedOptions;
}

// Deaths in a row before a worker is ready: then starting another is pointless.
const maxStartupDeaths = 3;
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
  readonly #listener: WorkerListener = {
    booted: (worker) => {
      this.#booted(worker);
    },
    reply: (worker, reply) => {
      this.#replied(worker, reply);
    },
    leaving: (worker, before) => {
      this.#leaving(worker, before);
    },
    ended: (worker, end, before) => {
      this.#ended(worker, end, before);
    },
  };

  constructor(
    private readonly setup: PoolSetup,
    private readonly events: PoolEvents,
  ) {}

  /** Starts workers until `wanted` are on their way or all are started. */
  grow(wanted: number): void {
    while (this.starting < wanted && this.workers.size < this.setup.resolved.maxWorkers) {
      if (!this.#start()) return;
    }
  }

  /** The idle worker used last; a warm one beats a fair choice. */
  take(): PoolWorker | undefined {
    return this.idle.pop();
  }

  /** Gives a worker back. */
  rest(worker: PoolWorker): void {
    worker.rest();
    this.idle.push(worker);
    if (this.#reaper === undefined && this.setup.resolved.idleTimeout !== Infinity) this.#watchIdle();
  }

  #start(): boolean {
    const { kind, startTransport, options, resolved } = this.setup;
    const setup = { ...mainSetup(), name: `${this.setup.name}-${String(this.#serial++)}` };
    const { degraded } = resolved;
    try {
      const worker = new PoolWorker({ kind, setup, startTransport, options, degraded }, this.#listener);
      this.workers.add(worker);
      this.starting++;
      if (channels.workerStart.hasSubscribers) channels.workerStart.publish(this.#event(worker));
      return true;
    } catch (error) {
      this.events.broken(new BrokenExecutorError('No worker can be started', { cause: error }));
      return false;
    }
  }

  #booted(worker: PoolWorker): void {
    const { initializer, initArgs = [] } = this.setup.options;
    if (worker.isInitialized || initializer === undefined) {
      this.starting--;
      this.#startupDeaths = 0;
      this.events.ready(worker);
      return;
    }
    try {
      worker.initialize(initializer, initArgs);
    } catch (error) {
      this.events.broken(
        new BrokenExecutorError('The initializer of a worker cannot be sent', { cause: error }),
      );
    }
  }

  #replied(worker: PoolWorker, reply: WireReply): void {
    if (worker.state === 'busy') {
      this.events.reply(worker, reply);
    } else if (reply[0] === Reply.broken || reply[0] === Reply.unread) {
      const cause = reply[0] === Reply.broken ? decodeError(reply[1]) : new Error(reply[1]);
      this.events.broken(new BrokenExecutorError('The initializer of a worker failed', { cause }));
    }
  }

  #leaving(worker: PoolWorker, before: WorkerState): void {
    this.#forget(worker, before);
    this.leaving.add(worker);
  }

  #ended(worker: PoolWorker, end: WorkerEnd, before: WorkerState): void {
    this.#forget(worker, before);
    this.leaving.delete(worker);
    const crashed = !worker.isExpectedToEnd;
    if (crashed) this.crashed++;
    if (channels.workerEnd.hasSubscribers) {
      const { exitCode, signal } = end;
      channels.workerEnd.publish({ ...this.#event(worker), exitCode, signal, crashed });
    }
    if (before === 'starting' && ++this.#startupDeaths >= maxStartupDeaths) {
      this.events.broken(
        new BrokenExecutorError(`${String(maxStartupDeaths)} workers in a row died while starting`, {
          cause: decodeError(end.error),
        }),
      );
    }
    this.events.ended(worker, end);
  }

  #forget(worker: PoolWorker, before: WorkerState): void {
    if (before === 'starting') this.starting--;
    if (before === 'idle') this.idle.splice(this.idle.indexOf(worker), 1);
    this.workers.delete(worker);
  }

  #event(worker: PoolWorker): WorkerEvent {
    const { name: executor, kind } = this.setup;
    return { executor, kind, name: worker.name, worker: worker.id };
  }

  // Looks twice per idle time, and only while there is something to end.
  #watchIdle(): void {
    this.#reaper = setInterval(
      () => {
        this.#reap();
      },
      Math.min(Math.max(this.setup.resolved.idleTimeout / 2, 10), 2 ** 31 - 1),
    );
    this.#reaper.unref();
  }

  #reap(): void {
    const { idleTimeout, minWorkers } = this.setup.resolved;
    const deadline = performance.now() - idleTimeout;
    // The longest idle ones are at the front.
    while (this.workers.size > minWorkers) {
      const worker = this.idle[0];
      if (worker === undefined || worker.idleSince > deadline) break;
      worker.close();
    }
    if (this.idle.length === 0) this.stopReaping();
  }

  /** Stops looking for idle workers. */
  stopReaping(): void {
    clearInterval(this.#reaper);
    this.#reaper = undefined;
  }
}
