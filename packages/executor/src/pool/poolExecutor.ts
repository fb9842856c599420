import { bind } from '../tasks/bind.ts';
import { ExecutorShutdownError, TaskCancelledError } from '../wire/errors.ts';
import { channels } from '../observe/events.ts';
import { count } from '../tasks/numbers.ts';
import { resolveOptions, type ResolvedOptions } from './options.ts';
import { submitTask, type TaskIntake } from '../tasks/submitTask.ts';
import type { Submitter, TaskCall } from '../tasks/taskCall.ts';
import { Scheduler } from './scheduler.ts';
import { publishSubmit } from '../observe/taskEvents.ts';
import type { TaskPromise } from '../tasks/taskPromise.ts';
import { resolveTask, type TaskLike } from '../tasks/references/taskReference.ts';
import { startTimer } from '../tasks/timer.ts';
import type { StartTransport } from './transport.ts';
import type { BoundExecutor, Executor, Mapper, Stream, Submit, SubmitOptions } from '../tasks/types.ts';
import type { ExecutorOptions, ExecutorStats, ShutdownOptions, WorkerUtilization } from './types.ts';

const noOptions: SubmitOptions = {};
const serials = { thread: 0, process: 0 };

/** What thread and process executors have in common: submitting, waiting, the end. */
export class PoolExecutor implements Executor, Submitter, AsyncDisposable {
  readonly kind: 'thread' | 'process';
  readonly name: string;
  /** Runs a function in a worker: `submit(fn, ...args)`. Never throws; errors reject the promise. */
  readonly submit: Submit;
  /** Runs a function for every item; see {@link Mapper}. */
  readonly map: Mapper;
  /** Streams what a generator yields in a worker; see {@link Stream}. */
  readonly stream: Stream;
  readonly hasStreams = true;
  readonly #options: ResolvedOptions;
  readonly #scheduler: Scheduler;
  readonly #intake: TaskIntake;
  #shutdown = false;
  #closed: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined;
  #roomWaiters: (() => void)[] = [];
  #readyWaiters: (() => void)[] = [];
  #serial = 0;

  protected constructor(
    kind: 'thread' | 'process',
    startTransport: StartTransport,
    options: ExecutorOptions,
  ) {
    const resolved = resolveOptions(options);
    if (options.initializer !== undefined) resolveTask(options.initializer as TaskLike);
    const name = options.name ?? `${kind}-pool-${String(serials[kind]++)}`;
    this.kind = kind;
    this.name = name;
    this.#options = resolved;
    this.#scheduler = new Scheduler({ kind, name, startTransport, options, resolved }, () => {
      this.#settleWaiters();
    });
    this.#intake = this.#makeIntake();
    ({ submit: this.submit, map: this.map, stream: this.stream } = bind(this, noOptions));
  }

  /** Most workers at a time. */
  get maxWorkers(): number {
    return this.#options.maxWorkers;
  }

  /** This executor with options for every submission. */
  with(options: SubmitOptions): BoundExecutor {
    return bind(this, options);
  }

  /** See {@link Submitter}. */
  submitCall(call: TaskCall): TaskPromise<unknown> {
    return submitTask(this.#intake, call);
  }

  /**
   * Ends the executor: no further submissions; queued tasks run first unless the options say otherwise.
   * Resolves when every worker has ended (with `wait: false`: at once).
   */
  async shutdown(options: ShutdownOptions = {}): Promise<void> {
    const timer = startTimer('timeout', options.timeout, () => {
      this.#scheduler.forceAll();
    });
    const closed = this.#beginShutdown();
    if (options.cancelPending === true)
      this.#scheduler.cancelQueue(() => new TaskCancelledError('The executor was shut down'));
    if (options.force === true) this.#scheduler.forceAll();
    this.#settleWaiters();
    void closed.then(() => {
      clearTimeout(timer);
    });
    if (options.wait !== false) await closed;
  }

  /** Ends all workers now; unfinished tasks reject with `ERR_EXECUTOR_TERMINATED`. */
  terminate(): Promise<void> {
    return this.shutdown({ force: true });
  }

  /** Starts workers before they are needed; resolves when they are ready, rejects when the executor breaks. */
  async prestart(workers = this.#options.maxWorkers): Promise<void> {
    const wanted = Math.min(count('workers', workers, 1), this.#options.maxWorkers);
    const { pool, alive } = this.#scheduler;
    this.#throwRefusal();
    alive.hold();
    try {
      pool.grow(wanted - (pool.workers.size - pool.starting));
      while (pool.starting > 0) await new Promise<void>((resolve) => this.#readyWaiters.push(resolve));
    } finally {
      alive.release();
    }
    const { broken } = this.#scheduler;
    if (broken !== undefined) throw broken;
  }

  /** Resolves when the queue has room (see `maxQueue`), at once if it has. */
  async ready(): Promise<void> {
    while (!this.#takesTasks()) await new Promise<void>((resolve) => this.#roomWaiters.push(resolve));
  }

  /** Counts of this moment. */
  stats(): ExecutorStats {
    const { pool, queue, running, done, failed, cancelled, recycled } = this.#scheduler;
    return {
      name: this.name,
      kind: this.kind,
      state: this.#state(),
      queued: queue.length,
      running,
      workers: pool.workers.size,
      starting: pool.starting,
      idle: pool.idle.length,
      submitted: this.#serial,
      done,
      failed,
      cancelled,
      crashed: pool.crashed,
      recycled,
    };
  }

  /** How busy each worker has been. A process whose loop does not turn is waited for at most 200 ms. */
  utilization(): Promise<WorkerUtilization[]> {
    const { pool } = this.#scheduler;
    return Promise.all(
      [...pool.workers].map(async (worker) => {
        const times = await worker.askUtilization();
        return {
          name: worker.name,
          worker: worker.id,
          tasksDone: worker.tasksDone,
          utilization: times === undefined ? null : times.active / (times.active + times.idle || 1),
        };
      }),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown();
  }

  #makeIntake(): TaskIntake {
    const scheduler = this.#scheduler;
    return {
      submitStack: this.#options.submitStack,
      carriesContext: true,
      nextId: () => ++this.#serial,
      resolve: resolveTask,
      submitted: (task) => {
        if (channels.taskSubmit.hasSubscribers || channels.taskEnd.hasSubscribers) publishSubmit(this, task);
      },
      refusal: () => this.#refusal(),
      admit: (task) => {
        scheduler.admit(task);
      },
      refuse: (task, error, state) => {
        scheduler.fail(task, error, state);
      },
      cancelTask: (task, reason) => scheduler.cancel(task, reason),
    };
  }

  #state(): ExecutorStats['state'] {
    const { broken, isDrained, isEmpty } = this.#scheduler;
    if (broken !== undefined) return 'broken';
    if (!this.#shutdown) return 'open';
    return isDrained && isEmpty ? 'closed' : 'shutdown';
  }

  #refusal(): { readonly error: Error } | undefined {
    const error = this.#scheduler.brokenError() ?? (this.#shutdown ? new ExecutorShutdownError() : undefined);
    return error && { error };
  }

  #throwRefusal(): void {
    const refusal = this.#refusal();
    if (refusal !== undefined) throw refusal.error;
  }

  // True also when nothing will ever be taken: who waits for room must be told by the next submission.
  #takesTasks(): boolean {
    return this.#scheduler.room > 0 || this.#shutdown || this.#scheduler.broken !== undefined;
  }

  #beginShutdown(): Promise<void> {
    this.#shutdown = true;
    if (this.#closed === undefined) {
      let resolve = (): void => undefined;
      const promise = new Promise<void>((done) => (resolve = done));
      this.#closed = { promise, resolve };
      // Until the last worker has ended, somebody may be waiting for just that.
      this.#scheduler.alive.hold();
    }
    return this.#closed.promise;
  }

  #settleWaiters(): void {
    if (this.#roomWaiters.length > 0 && this.#takesTasks())
      for (const wake of this.#roomWaiters.splice(0)) wake();
    if (this.#readyWaiters.length > 0) for (const wake of this.#readyWaiters.splice(0)) wake();
    const { pool, alive, isDrained } = this.#scheduler;
    if (!this.#shutdown || this.#closed === undefined || !isDrained) return;
    for (const worker of [...pool.workers]) worker.close();
    if (!this.#scheduler.isEmpty) return;
    pool.stopReaping();
    alive.close();
    this.#closed.resolve();
  }
}
