import { unpack } from '../wire/bufferCodec.ts';
import { decodeError, joinStacks } from '../wire/errorCodec.ts';
import {
  BrokenExecutorError,
  DataCloneError,
  ExecutorTerminatedError,
  QueueFullError,
  WorkerCrashedError,
  WorkerExitError,
} from '../wire/errors.ts';
import { channels } from '../observe/events.ts';
import { KeepAlive } from './keepAlive.ts';
import type { ResolvedOptions } from './options.ts';
import { reportDegraded } from '../observe/reportDegraded.ts';
import type { PendingTask } from '../tasks/pendingTask.ts';
import { describeEnd, type PoolWorker } from './poolWorker.ts';
import { publishEnd, publishStart } from '../observe/taskEvents.ts';
import { TaskQueue } from '../tasks/taskQueue.ts';
import type { WorkerEnd } from './transport.ts';
import { Reply, type DoneExtra, type WireReply } from '../wire/wire.ts';
import { WorkerPool, type PoolSetup } from './workerPool.ts';

type ValueReply = Extract<WireReply, readonly [typeof Reply.progress | typeof Reply.item, ...unknown[]]>;

/** Hands tasks to workers in the order of their submission and sees each to its one end. */
export class Scheduler {
  readonly pool: WorkerPool;
  private readonly resolved: ResolvedOptions;
  readonly queue = new TaskQueue<PendingTask>();
  readonly alive = new KeepAlive();
  /** Why nothing can be run any more. */
  broken: BrokenExecutorError | undefined;
  /** Tasks on a worker, abandoned ones included. */
  running = 0;
  done = 0;
  failed = 0;
  cancelled = 0;
  recycled = 0;

  /** `changed` is called after every change: somebody may be waiting for room, for workers, for the end. */
  constructor(
    private readonly setup: PoolSetup,
    private readonly changed: () => void,
  ) {
    this.resolved = setup.resolved;
    this.pool = new WorkerPool(setup, {
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
  }

  /** Tasks that free or startable workers will take at once do not count as queued. */
  get room(): number {
    return this.resolved.maxQueue + this.resolved.maxWorkers - this.running - this.queue.length;
  }

  /** No task waits or runs. */
  get isDrained(): boolean {
    return this.queue.length === 0 && this.running === 0;
  }

  /** No worker is left. */
  get isEmpty(): boolean {
    return this.pool.workers.size === 0 && this.pool.leaving.size === 0;
  }

  /** An error for a task that came after the executor broke; each gets an object of its own. */
  brokenError(): BrokenExecutorError | undefined {
    return this.broken && new BrokenExecutorError(this.broken.message, { cause: this.broken.cause });
  }

  /** Takes a task in: gives it to an idle worker, or queues it, or rejects it when the queue is full. */
  admit(task: PendingTask): void {
    const idle = this.pool.take();
    if (idle === undefined && this.resolved.onFull === 'reject' && this.room <= 0) {
      this.fail(task, new QueueFullError(this.resolved.maxQueue));
      return;
    }
    this.alive.hold();
    if (idle !== undefined) {
      if (!this.#give(idle, task)) this.#next(idle);
      return;
    }
    this.queue.push(task);
    this.pool.grow(this.queue.length);
  }

  /** Ends a task without a result of its own making; its worker, if it has one, goes on. */
  fail(task: PendingTask, error: unknown, state: 'rejected' | 'cancelled' = 'rejected'): void {
    if (state === 'cancelled') this.cancelled++;
    else this.failed++;
    task.fail(error, state);
    publishEnd(task, error);
  }

  /** Cancels a task; false when it had ended. */
  cancel(task: PendingTask, reason: unknown): boolean {
    if (task.state !== 'queued' && task.state !== 'running') return false;
    const { worker } = task;
    if (worker === undefined) {
      this.queue.remove(task);
      this.alive.release();
    }
    this.fail(task, reason, 'cancelled');
    if (worker === undefined) this.changed();
    else {
      worker.stopTask(reason);
      this.pool.grow(this.queue.length);
    }
    return true;
  }

  /** Cancels what has not started. */
  cancelQueue(reason: () => unknown): void {
    this.#emptyQueue((task) => {
      this.fail(task, reason(), 'cancelled');
    });
  }

  /** Cancels everything and ends every worker now. */
  forceAll(): void {
    this.cancelQueue(() => new ExecutorTerminatedError());
    for (const worker of [...this.pool.workers, ...this.pool.leaving]) {
      if (worker.task?.state === 'running')
        this.fail(worker.task, new ExecutorTerminatedError(), 'cancelled');
      worker.kill();
    }
    this.changed();
  }

  // False when the task could not be sent; the worker is still free then.
  #give(worker: PoolWorker, task: PendingTask): boolean {
    try {
      worker.run(task);
    } catch (error) {
      this.fail(task, error);
      this.alive.release();
      return false;
    }
    this.running++;
    task.start(worker);
    publishStart(task);
    return true;
  }

  #next(worker: PoolWorker): void {
    let given = false;
    while (!given) {
      const task = this.queue.shift();
      if (task === undefined) break;
      given = this.#give(worker, task);
    }
    if (!given) this.pool.rest(worker);
    this.changed();
  }

  #reply(worker: PoolWorker, reply: WireReply): void {
    const { task } = worker;
    if (task === undefined) return;
    const wanted = task.state === 'running';
    if (reply[0] === Reply.unread) {
      if (wanted) this.#failInWorker(task, unreadable(reply[1]));
      this.#free(worker);
      return;
    }
    if (reply[0] === Reply.progress || reply[0] === Reply.item) {
      if (wanted && task.id === reply[1]) this.#value(task, reply);
      return;
    }
    if ((reply[0] !== Reply.done && reply[0] !== Reply.failed) || task.id !== reply[1]) return;
    if (wanted && reply[0] === Reply.done) this.#finish(task, reply[2], reply[3]);
    if (wanted && reply[0] === Reply.failed) this.#failInWorker(task, decodeError(reply[2]));
    this.#free(worker);
  }

  #value(task: PendingTask, [tag, , value, extra]: ValueReply): void {
    const whole = extra?.buffers === undefined ? value : unpack([value], extra.buffers)[0];
    if (tag === Reply.item) task.feed?.push(whole);
    else task.report(whole);
  }

  #finish(task: PendingTask, value: unknown, extra: DoneExtra | undefined): void {
    try {
      reportDegraded(task.task?.name ?? '', extra?.degraded, this.resolved.degraded);
    } catch (error) {
      this.#failInWorker(task, error);
      return;
    }
    this.done++;
    task.fulfil(extra?.buffers === undefined ? value : unpack([value], extra.buffers)[0]);
    publishEnd(task, undefined);
  }

  #failInWorker(task: PendingTask, error: unknown): void {
    if (task.task !== undefined) task.task.hasFailed = true;
    joinStacks(error, task.site);
    this.fail(task, error);
  }

  #free(worker: PoolWorker): void {
    worker.finish();
    this.running--;
    this.alive.release();
    if (this.broken !== undefined) {
      worker.kill();
      return;
    }
    if (worker.tasksDone < this.resolved.maxTasksPerWorker) {
      this.#next(worker);
      return;
    }
    this.recycled++;
    worker.close();
    this.pool.grow(this.queue.length);
    this.changed();
  }

  #ended(worker: PoolWorker, end: WorkerEnd): void {
    const { task } = worker;
    if (task !== undefined) {
      this.running--;
      this.alive.release();
    }
    if (!worker.isExpectedToEnd && this.resolved.onCrash === 'break') this.#breakBy(end);
    if (task?.state === 'running') this.#failInWorker(task, this.brokenError() ?? crashError(end));
    if (this.broken === undefined && !this.isDrained) this.pool.grow(this.queue.length);
    this.changed();
  }

  #breakBy(end: WorkerEnd): void {
    this.#break(
      new BrokenExecutorError(`A worker ${describeEnd(end)} while it was needed`, { cause: crashError(end) }),
    );
    for (const worker of [...this.pool.workers]) {
      if (worker.task?.state === 'running') this.#failInWorker(worker.task, this.brokenError());
      worker.kill();
    }
  }

  #break(error: BrokenExecutorError): void {
    if (this.broken !== undefined) return;
    this.broken = error;
    if (channels.broken.hasSubscribers) {
      const { name: executor, kind } = this.setup;
      channels.broken.publish({ executor, kind, error });
    }
    this.#emptyQueue((task) => {
      this.#failInWorker(task, this.brokenError());
    });
    for (const worker of [...this.pool.workers]) if (worker.task === undefined) worker.kill();
    this.changed();
  }

  #emptyQueue(end: (task: PendingTask) => void): void {
    for (let task = this.queue.shift(); task !== undefined; task = this.queue.shift()) {
      this.alive.release();
      end(task);
    }
  }
}

// Which of the arguments it was, the worker cannot know.
function unreadable(reason: string): DataCloneError {
  return new DataCloneError('arguments', `The worker could not read the arguments: ${reason}`);
}

function crashError(end: WorkerEnd): WorkerCrashedError {
  if (end.error === undefined && end.signal === null) return new WorkerExitError(end.exitCode);
  const cause = decodeError(end.error);
  const why = cause instanceof Error ? `: ${cause.message}` : '';
  return new WorkerCrashedError(`The worker ${describeEnd(end)} while it ran this task${why}`, end, {
    cause,
  });
}
