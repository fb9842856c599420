import { bind } from './bind.ts';
import { unpack } from './bufferCodec.ts';
import { captureContext } from './context.ts';
import { decodeError, joinStacks } from './errorCodec.ts';
import {
  BrokenExecutorError,
  ExecutorShutdownError,
  ExecutorTerminatedError,
  QueueFullError,
  TaskCancelledError,
  WorkerCrashedError,
  WorkerExitError,
} from './errors.ts';
import { channels } from './events.ts';
import { KeepAlive } from './keepAlive.ts';
import { mapTasks } from './mapTasks.ts';
import { count, resolveOptions, type ResolvedOptions } from './options.ts';
import { reportDegraded, sendTask } from './packArguments.ts';
import { PendingTask, type TaskOwner } from './pendingTask.ts';
import { describeEnd, type PoolWorker } from './poolWorker.ts';
import { armTask } from './taskLimits.ts';
import { publishEnd, publishStart, publishSubmit } from './taskEvents.ts';
import type { TaskPromise } from './taskPromise.ts';
import { TaskQueue } from './taskQueue.ts';
import { resolveTask, type ResolvedTask, type TaskLike } from './taskReference.ts';
import type { StartTransport, WorkerEnd } from './transport.ts';
import type {
  BoundExecutor,
  ExecutorOptions,
  ExecutorStats,
  Executor,
  Mapper,
  ShutdownOptions,
  Submit,
  SubmitOptions,
  WorkerUtilization,
} from './types.ts';
import { Reply, Request, type DoneExtra, type WireReply } from './wire.ts';
import { WorkerPool } from './workerPool.ts';

const noOptions: SubmitOptions = {};
const defaultGrace = 1_000;
const serials = { thread: 0, process: 0 };

/** What thread and process executors have in common: the queue, the tasks' ends, the shutdown. */
export class PoolExecutor implements Executor, TaskOwner, AsyncDisposable {
  readonly kind: 'thread' | 'process';
  readonly name: string;
  /** Runs a function in a worker: `submit(fn, ...args)`. Never throws; errors reject the promise. */
  readonly submit: Submit;
  /** Runs a function for every item; see {@link Mapper}. */
  readonly map: Mapper;
  readonly #options: ResolvedOptions;
  readonly #pool: WorkerPool;
  readonly #queue = new TaskQueue<PendingTask>();
  readonly #alive = new KeepAlive();
  #broken: BrokenExecutorError | undefined;
  #shutdown = false;
  #closed: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined;
  #roomWaiters: (() => void)[] = [];
  #readyWaiters: (() => void)[] = [];
  #serial = 0;
  #running = 0;
  #done = 0;
  #failed = 0;
  #cancelled = 0;
  #recycled = 0;

  protected constructor(kind: 'thread' | 'process', start: StartTransport, options: ExecutorOptions) {
    this.kind = kind;
    this.#options = resolveOptions(options);
    if (options.initializer !== undefined) resolveTask(options.initializer as TaskLike);
    this.name = options.name ?? `${kind}-pool-${String(serials[kind]++)}`;
    this.#pool = new WorkerPool(kind, start, options, this.#options, this.name, {
      ready: (worker) => {
        this.#next(worker);
      },
      reply: (worker, reply) => {
        this.#reply(worker, reply);
      },
      ended: (worker, end) => {
        this.#ended(worker, end);
      },
      broken: (error) => {
        this.#break(error);
      },
    });
    this.submit = ((fn: TaskLike, ...args: unknown[]) => this.submitWith(fn, args, noOptions)) as Submit;
    this.map = (fn, items, mapOptions) => mapTasks(this, fn as TaskLike, items, mapOptions ?? {}) as never;
  }

  /** Most workers at a time. */
  get maxWorkers(): number {
    return this.#options.maxWorkers;
  }

  /** This executor with options for every submission. */
  with(options: SubmitOptions): BoundExecutor {
    return bind(this, options);
  }

  /** The form of `submit` that adapters use; `chunk` runs a list of argument lists. */
  submitWith(
    fn: TaskLike,
    args: readonly unknown[],
    options: SubmitOptions,
    chunk = false,
    boundary: object = this.submit,
  ): TaskPromise<unknown> {
    let resolved: ResolvedTask | undefined;
    let refusal: unknown;
    try {
      resolved = resolveTask(fn);
    } catch (error) {
      refusal = error;
    }
    const task = new PendingTask(++this.#serial, resolved, args, options, this);
    task.chunk = chunk;
    const keepsSite = this.#options.submitStack;
    if (keepsSite === true || (keepsSite === 'auto' && resolved !== undefined && wantsSite(resolved))) {
      Error.captureStackTrace((task.site = {}), boundary as () => void);
    }
    refusal ??= this.#refusal();
    try {
      if (options.context !== false) task.context = captureContext();
      if (refusal === undefined) armTask(task, options);
    } catch (error) {
      refusal ??= error;
    }
    if (refusal !== undefined) {
      task.fail(refusal, options.signal?.aborted === true ? 'cancelled' : 'rejected');
      return task.promise;
    }
    if (channels.taskSubmit.hasSubscribers || channels.taskEnd.hasSubscribers) publishSubmit(this, task);
    if (task.state === 'queued') this.#admit(task);
    return task.promise;
  }

  /** Cancels one task; see {@link TaskPromise.cancel}. */
  cancelTask(task: PendingTask, reason: unknown): boolean {
    if (task.state !== 'queued' && task.state !== 'running') return false;
    const worker = task.worker;
    if (worker === undefined) {
      this.#queue.remove(task);
      this.#alive.release();
    }
    this.#cancelled++;
    task.fail(reason, 'cancelled');
    publishEnd(task, reason);
    if (worker !== undefined) {
      this.#stop(worker, task, reason);
      this.#pool.grow(this.#queue.length);
    } else this.#settleWaiters();
    return true;
  }

  /**
   * Ends the executor: no further submissions; queued tasks run first unless the options say otherwise.
   * Resolves when every worker has ended (with `wait: false`: at once).
   */
  async shutdown(options: ShutdownOptions = {}): Promise<void> {
    const closed = this.#beginShutdown();
    if (options.cancelPending === true)
      this.#cancelQueue(() => new TaskCancelledError('The executor was shut down'));
    if (options.force === true) this.#forceAll();
    this.#settleWaiters();
    if (options.timeout !== undefined) {
      const timer = setTimeout(() => {
        this.#forceAll();
      }, options.timeout);
      void closed.then(() => {
        clearTimeout(timer);
      });
    }
    if (options.wait !== false) await closed;
  }

  /** Ends all workers now; unfinished tasks reject with `ERR_EXECUTOR_TERMINATED`. */
  terminate(): Promise<void> {
    return this.shutdown({ force: true });
  }

  /** Starts workers before they are needed; resolves when they are ready, rejects when the executor breaks. */
  async prestart(workers = this.#options.maxWorkers): Promise<void> {
    const wanted = Math.min(count('workers', workers, 1), this.#options.maxWorkers);
    const refusal = this.#refusal();
    if (refusal !== undefined) throw refusal;
    this.#alive.hold();
    try {
      this.#pool.grow(wanted - (this.#pool.workers.size - this.#pool.starting));
      while (this.#pool.starting > 0) await new Promise<void>((resolve) => this.#readyWaiters.push(resolve));
    } finally {
      this.#alive.release();
    }
    if (this.#broken !== undefined) throw this.#broken;
  }

  /** Resolves when the queue has room (see `maxQueue`), at once if it has. */
  async ready(): Promise<void> {
    while (this.#room() <= 0 && !this.#shutdown && this.#broken === undefined) {
      await new Promise<void>((resolve) => this.#roomWaiters.push(resolve));
    }
  }

  /** Counts of this moment. */
  stats(): ExecutorStats {
    const pool = this.#pool;
    return {
      name: this.name,
      kind: this.kind,
      state:
        this.#broken !== undefined
          ? 'broken'
          : !this.#shutdown
            ? 'open'
            : this.#isDrained() && this.#isEmpty()
              ? 'closed'
              : 'shutdown',
      queued: this.#queue.length,
      running: this.#running,
      workers: pool.workers.size,
      starting: pool.starting,
      idle: pool.idle.length,
      submitted: this.#serial,
      done: this.#done,
      failed: this.#failed,
      cancelled: this.#cancelled,
      crashed: pool.crashed,
      recycled: this.#recycled,
    };
  }

  /** How busy each worker has been. A process whose loop does not turn is waited for at most 200 ms. */
  utilization(): Promise<WorkerUtilization[]> {
    return Promise.all(
      [...this.#pool.workers].map(async (worker) => {
        const times = await this.#pool.askUtilization(worker);
        return {
          name: worker.name,
          worker: worker.transport.id,
          tasksDone: worker.tasksDone,
          utilization: times === undefined ? null : times.active / (times.active + times.idle || 1),
        };
      }),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown();
  }

  #refusal(): unknown {
    if (this.#broken !== undefined)
      return new BrokenExecutorError(this.#broken.message, { cause: this.#broken.cause });
    return this.#shutdown ? new ExecutorShutdownError() : undefined;
  }

  // Tasks that free or startable workers will take at once do not count as queued.
  #room(): number {
    return this.#options.maxQueue + this.#options.maxWorkers - this.#running - this.#queue.length;
  }

  #admit(task: PendingTask): void {
    const idle = this.#pool.take();
    if (idle === undefined && this.#options.onFull === 'reject' && this.#room() <= 0) {
      task.fail(new QueueFullError(this.#options.maxQueue));
      this.#failed++;
      publishEnd(task, undefined);
      return;
    }
    this.#alive.hold();
    if (idle !== undefined) {
      if (!this.#give(idle, task)) this.#next(idle);
      return;
    }
    this.#queue.push(task);
    this.#pool.grow(this.#queue.length);
  }

  // False when the task could not be sent; the worker is still free then.
  #give(worker: PoolWorker, task: PendingTask): boolean {
    try {
      sendTask(task, worker, this.kind === 'process');
    } catch (error) {
      this.#failed++;
      task.fail(error);
      publishEnd(task, error);
      this.#alive.release();
      return false;
    }
    worker.state = 'busy';
    worker.task = task;
    this.#running++;
    task.start(worker);
    publishStart(task);
    return true;
  }

  #next(worker: PoolWorker): void {
    let given = false;
    while (!given) {
      const task = this.#queue.shift();
      if (task === undefined) break;
      given = this.#give(worker, task);
    }
    if (!given) this.#pool.rest(worker);
    this.#settleWaiters();
  }

  #reply(worker: PoolWorker, reply: WireReply): void {
    const task = worker.task;
    if ((reply[0] !== Reply.done && reply[0] !== Reply.failed) || task?.id !== reply[1]) return;
    const wanted = task.state === 'running';
    if (wanted && reply[0] === Reply.done) this.#finish(task, reply[2], reply[3]);
    if (wanted && reply[0] === Reply.failed) this.#fail(task, decodeError(reply[2]));
    this.#free(worker);
  }

  #finish(task: PendingTask, value: unknown, extra: DoneExtra | undefined): void {
    this.#done++;
    if (extra?.degraded !== undefined) reportDegraded(task.task?.name ?? '', extra.degraded);
    task.fulfil(extra?.buffers === undefined ? value : unpack([value], extra.buffers)[0]);
    publishEnd(task, undefined);
  }

  #fail(task: PendingTask, error: unknown): void {
    this.#failed++;
    if (task.task !== undefined) task.task.hasFailed = true;
    joinStacks(error, task.site);
    task.fail(error);
    publishEnd(task, error);
  }

  #free(worker: PoolWorker): void {
    worker.task = undefined;
    worker.tasksDone++;
    this.#running--;
    this.#alive.release();
    if (worker.killTimer !== undefined) {
      clearTimeout(worker.killTimer);
      worker.killTimer = undefined;
    }
    if (this.#broken !== undefined) {
      this.#pool.kill(worker);
      return;
    }
    if (worker.tasksDone < this.#options.maxTasksPerWorker) {
      this.#next(worker);
      return;
    }
    this.#recycled++;
    this.#pool.close(worker);
    this.#pool.grow(this.#queue.length);
    this.#settleWaiters();
  }

  #stop(worker: PoolWorker, task: PendingTask, reason: unknown): void {
    const mode = task.options.onAbort ?? 'terminate';
    if (mode === 'terminate') this.#pool.kill(worker);
    if (mode === 'cooperative') {
      worker.transport.raiseAbort(task.id);
      worker.transport.send([Request.abort, task.id, errorForWorker(reason)]);
      worker.killTimer = setTimeout(() => {
        this.#pool.kill(worker);
      }, task.options.graceMs ?? defaultGrace);
    }
  }

  #ended(worker: PoolWorker, end: WorkerEnd): void {
    const task = worker.task;
    worker.task = undefined;
    if (task !== undefined) {
      this.#running--;
      this.#alive.release();
    }
    if (!worker.expected && this.#options.onCrash === 'break') {
      this.#breakBy(end);
    }
    if (task?.state === 'running') this.#fail(task, this.#broken ?? crashError(end));
    if (this.#broken === undefined && !this.#isDrained()) this.#pool.grow(this.#queue.length);
    this.#settleWaiters();
  }

  #breakBy(end: WorkerEnd): void {
    this.#break(
      new BrokenExecutorError(`A worker ${describeEnd(end)} while it was needed`, { cause: crashError(end) }),
    );
    for (const worker of [...this.#pool.workers]) {
      if (worker.task?.state === 'running') this.#fail(worker.task, this.#refusal());
      this.#pool.kill(worker);
    }
  }

  #break(error: BrokenExecutorError): void {
    if (this.#broken !== undefined) return;
    this.#broken = error;
    if (channels.broken.hasSubscribers)
      channels.broken.publish({ executor: this.name, kind: this.kind, error });
    for (let task = this.#queue.shift(); task !== undefined; task = this.#queue.shift()) {
      this.#alive.release();
      this.#fail(task, this.#refusal());
    }
    for (const worker of [...this.#pool.workers]) if (worker.task === undefined) this.#pool.kill(worker);
    this.#settleWaiters();
  }

  #cancelQueue(reason: () => unknown): void {
    for (let task = this.#queue.shift(); task !== undefined; task = this.#queue.shift()) {
      this.#alive.release();
      this.#cancelled++;
      const why = reason();
      task.fail(why, 'cancelled');
      publishEnd(task, why);
    }
  }

  #forceAll(): void {
    this.#cancelQueue(() => new ExecutorTerminatedError());
    for (const worker of [...this.#pool.workers, ...this.#pool.leaving]) {
      if (worker.task?.state === 'running') {
        this.#cancelled++;
        const reason = new ExecutorTerminatedError();
        worker.task.fail(reason, 'cancelled');
        publishEnd(worker.task, reason);
      }
      this.#pool.kill(worker);
    }
    this.#settleWaiters();
  }

  #beginShutdown(): Promise<void> {
    this.#shutdown = true;
    if (this.#closed === undefined) {
      let resolve = (): void => undefined;
      const promise = new Promise<void>((done) => (resolve = done));
      this.#closed = { promise, resolve };
      // Until the last worker has ended, somebody may be waiting for just that.
      this.#alive.hold();
    }
    return this.#closed.promise;
  }

  #isDrained(): boolean {
    return this.#queue.length === 0 && this.#running === 0;
  }

  #isEmpty(): boolean {
    return this.#pool.workers.size === 0 && this.#pool.leaving.size === 0;
  }

  // After every change: wakes those who wait for room, for workers, for the end.
  #settleWaiters(): void {
    if (this.#roomWaiters.length > 0 && (this.#room() > 0 || this.#shutdown || this.#broken !== undefined)) {
      for (const wake of this.#roomWaiters.splice(0)) wake();
    }
    if (this.#readyWaiters.length > 0) for (const wake of this.#readyWaiters.splice(0)) wake();
    if (!this.#shutdown || this.#closed === undefined || !this.#isDrained()) return;
    for (const worker of [...this.#pool.workers]) this.#pool.close(worker);
    if (!this.#isEmpty()) return;
    this.#pool.stopReaping();
    this.#alive.close();
    this.#closed.resolve();
  }
}

// A stack costs as much as a small task: functions that do not fail do without after a while.
const sitesKept = 32;

function wantsSite(task: ResolvedTask): boolean {
  return task.hasFailed || task.calls++ < sitesKept;
}

// Signal reasons are often errors with uncloneable parts; the task only needs to know that, and why in words.
function errorForWorker(reason: unknown): unknown {
  return reason instanceof Error ? { name: reason.name, message: reason.message } : String(reason);
}

function crashError(end: WorkerEnd): WorkerCrashedError {
  if (end.error === undefined && end.signal === null) return new WorkerExitError(end.exitCode);
  const cause = decodeError(end.error);
  const why = cause instanceof Error ? `: ${cause.message}` : '';
  return new WorkerCrashedError(`The worker ${describeEnd(end)} while it ran this task${why}`, end, {
    cause,
  });
}
