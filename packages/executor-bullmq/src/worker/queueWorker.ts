import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ThreadPoolExecutor } from '@offloop/executor';
import type { TaskLike } from '@offloop/executor/internal';
import { Queue, Worker, type Job } from 'bullmq';
import type { Redis } from 'ioredis';
import { closeClient, openClient } from '../redis/client.ts';
import { queueKeys, type QueueKeys } from '../redis/keys.ts';
import type { JobData, JobResult } from '../wire/jobData.ts';
import { Cancellations } from './cancellations.ts';
import { FetchAhead } from './fetchAhead.ts';
import { Heartbeat } from './heartbeat.ts';
import { resolveWorkerOptions, type QueueWorkerOptions, type ResolvedWorkerOptions } from './options.ts';
import { backoffStrategy } from './retries.ts';
import { runJob, type JobContext } from './runJob.ts';
import { RunningTasks } from './runningTasks.ts';
import { hostReference, TaskFiles } from './taskFiles.ts';

/** What a worker does at the moment, and has done. */
export interface QueueWorkerStats {
  readonly running: number;
  readonly done: number;
  readonly failed: number;
  /** Its task files, as `name@build`. */
  readonly files: readonly string[];
}

// After an error of Redis that is none of the connection.
const retryMs = 500;

/**
 * Runs tasks of a queue, each in a thread of a pool of its own: however long one computes, the worker's loop stays free to
 * renew its locks. `offloop-worker` is a program around this class.
 */
export class QueueWorker implements AsyncDisposable {
  /** Resolves when the worker takes tasks; rejects when it cannot, for instance because no task file was found. */
  readonly ready: Promise<void>;
  readonly #options: ResolvedWorkerOptions;
  readonly #id = randomUUID();
  readonly #keys: QueueKeys;
  readonly #running = new RunningTasks();
  readonly #pool: ThreadPoolExecutor;
  readonly #ahead: FetchAhead;
  readonly #counts = { done: 0, failed: 0 };
  readonly #noticed = new Set<string>();
  readonly #clients: Redis[] = [];
  #files: readonly string[] = [];
  #parts: { worker: Worker; queue: Queue; heartbeat: Heartbeat; cancellations: Cancellations } | undefined;
  #closing: Promise<void> | undefined;

  /** @throws RangeError, TypeError for options out of range */
  constructor(options: QueueWorkerOptions) {
    this.#options = resolveWorkerOptions(options);
    this.#keys = queueKeys(this.#options.prefix, this.#options.queue);
    this.#pool = new ThreadPoolExecutor({
      ...this.#options.threads,
      maxWorkers: this.#options.concurrency,
      name: `${this.#options.queue}-worker`,
    });
    this.#ahead = new FetchAhead(this.#options.concurrency, this.#running);
    this.ready = this.#open();
    // Whoever does not ask hears of it by `onNotice`.
    this.ready.catch((error: unknown) => {
      this.#notice(String(error));
    });
  }

  /** Counts of this moment. */
  stats(): QueueWorkerStats {
    return { running: this.#running.size, ...this.#counts, files: this.#files };
  }

  /**
   * Takes no further tasks and waits for those that run. After `grace` milliseconds they are stopped and go back to the
   * queue, where another worker takes them at once.
   */
  close(options: { readonly grace?: number } = {}): Promise<void> {
    return (this.#closing ??= this.#close(options.grace));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #open(): Promise<void> {
    const { tasks, cwd, build, allowAnyModule, concurrency, heartbeatInterval } = this.#options;
    const files = await TaskFiles.find(tasks, { cwd, build, allowAnyModule });
    this.#files = files.names;
    const redis = this.#client();
    const cancellations = new Cancellations(this.#client(true), this.#keys, (id) =>
      this.#running.stop(id, 'cancelled'),
    );
    await cancellations.open();
    const queue = new Queue<JobData>(this.#options.queue, {
      connection: redis,
      prefix: this.#options.prefix,
      skipVersionCheck: true,
    });
    queue.on('error', () => undefined);
    const heartbeat = new Heartbeat({
      id: this.#id,
      redis,
      queue,
      keys: this.#keys,
      running: this.#running,
      files: files.names,
      concurrency,
      interval: heartbeatInterval,
      counts: this.#counts,
    });
    const worker = this.#listen(this.#contextOf(redis, files, cancellations), redis);
    this.#parts = { worker, queue, heartbeat, cancellations };
    await worker.waitUntilReady();
    await heartbeat.beat();
  }

  #contextOf(redis: Redis, files: TaskFiles, cancellations: Cancellations): JobContext {
    return {
      redis,
      keys: this.#keys,
      files,
      pool: this.#pool,
      host: hostReference(hostFile()) as TaskLike,
      running: this.#running,
      cancellations,
      ahead: this.#ahead,
      maxPayload: this.#options.maxPayload,
      self: `${hostname()}/${process.pid}`,
      onNotice: (text) => {
        this.#notice(text);
      },
    };
  }

  #listen(context: JobContext, redis: Redis): Worker {
    const { queue, prefix, concurrency, lockDuration, stalledInterval, maxLost } = this.#options;
    const worker = new Worker<JobData, JobResult>(
      queue,
      (job: Job<JobData, JobResult>, token) => runJob(context, job as Job<JobData>, token),
      {
        connection: redis,
        prefix,
        concurrency,
        lockDuration,
        stalledInterval,
        maxStalledCount: maxLost,
        runRetryDelay: retryMs,
        skipVersionCheck: true,
        settings: { backoffStrategy },
      },
    );
    this.#ahead.adjust(worker);
    worker.on('completed', () => this.#counts.done++);
    worker.on('failed', () => this.#counts.failed++);
    // Connection errors are retried, and a lock that was lost is told apart below.
    worker.on('error', () => undefined);
    worker.on('lockRenewalFailed', (ids: string[]) => {
      for (const id of ids) this.#running.stop(id, 'taken-over');
    });
    return worker as Worker;
  }

  #client(blocking = false): Redis {
    const client = openClient(this.#options.connection, blocking);
    this.#clients.push(client);
    return client;
  }

  #notice(text: string): void {
    if (this.#noticed.has(text)) return;
    this.#noticed.add(text);
    this.#options.onNotice(`offloop-worker: ${text}`);
  }

  async #close(grace = Infinity): Promise<void> {
    await this.ready.catch(() => undefined);
    const timer = grace === Infinity ? undefined : setTimeout(() => this.#running.stopAll('returned'), grace);
    if (this.#parts !== undefined) {
      const { worker, queue, heartbeat, cancellations } = this.#parts;
      await worker.close();
      this.#ahead.close();
      cancellations.close();
      await heartbeat.close();
      await queue.close();
    }
    clearTimeout(timer);
    await this.#pool.shutdown({ force: true });
    await Promise.all(this.#clients.map(closeClient));
  }
}

/** The file that threads load, beside this one. */
function hostFile(): string {
  const here = import.meta.url;
  return join(dirname(here.startsWith('file:') ? fileURLToPath(here) : here), 'taskHost.js');
}
