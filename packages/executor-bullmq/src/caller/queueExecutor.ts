import {
  ExecutorShutdownError,
  ExecutorTerminatedError,
  QueueFullError,
  TaskCancelledError,
  type BoundExecutor,
  type Executor,
  type Mapper,
  type MapOptions,
  type ShutdownOptions,
  type Stream,
  type Submit,
  type TaskPromise,
} from '@offloop/executor';
import {
  bind,
  channels,
  mapTasks,
  publishEnd,
  publishSubmit,
  resolveTask,
  submitTask,
  type PendingTask,
  type Submitter,
  type TaskCall,
  type TaskIntake,
  type TaskLike,
} from '@offloop/executor/internal';
import {
  checkSubmit,
  resolveOptions,
  type QueueExecutorOptions,
  type QueueSubmitOptions,
  type ResolvedOptions,
} from './options.ts';
import { Outstanding } from './outstanding.ts';
import { readOverview, type QueueOverview } from './overview.ts';
import { openParts, type Parts } from './parts.ts';
import { encodePayload, SubmissionIds, type Submission } from './submission.ts';
import { withdraw } from './withdraw.ts';

/** What an executor does at the moment, and has done; all counts are of this executor's tasks. */
export interface QueueStats {
  readonly name: string;
  readonly kind: 'queue';
  readonly state: 'open' | 'shutdown' | 'closed';
  /** Tasks that no worker has yet. */
  readonly queued: number;
  /** Tasks that a worker has. */
  readonly running: number;
  readonly submitted: number;
  readonly done: number;
  readonly failed: number;
  readonly cancelled: number;
}

/** A `QueueExecutor` seen through a fixed set of options. */
export interface BoundQueueExecutor extends BoundExecutor {
  readonly with: (options: QueueSubmitOptions) => BoundQueueExecutor;
}

/** A call with all its options, those included that the worker sees to. */
interface QueueCall extends TaskCall {
  readonly all: QueueSubmitOptions;
}

// How long a forced end waits for Redis to hear of it.
const farewellMs = 2_000;

/**
 * Runs tasks on other machines, over a BullMQ queue: `runInExecutor(queue, fn, ...args)` as with any executor. The
 * workers are started there by `offloop-worker`, or are `QueueWorker`s.
 */
export class QueueExecutor implements Executor, Submitter, AsyncDisposable {
  readonly kind = 'queue';
  readonly name: string;
  /** How many tasks all workers together are expected to run at once. */
  readonly maxWorkers: number;
  /** Runs a function on a worker: `submit(fn, ...args)`. Never throws; errors reject the promise. */
  readonly submit: Submit;
  /** Runs a function for every item, as every executor does. */
  readonly map: Mapper;
  /** Not over a queue: throws `ERR_EXECUTOR_NO_STREAMS`. */
  readonly stream: Stream;
  readonly #options: ResolvedOptions;
  readonly #ids = new SubmissionIds();
  readonly #outstanding = new Outstanding(() => {
    this.#settleWaiters();
  });
  readonly #byTask = new WeakMap<PendingTask, Submission>();
  readonly #withdrawals = new Set<Promise<void>>();
  #parts: Parts | undefined;
  #inLine = new Set<Submission>();
  #roomWaiters: (() => void)[] = [];
  readonly #intake: TaskIntake;
  #serial = 0;
  #isShutDown = false;
  #closing: Promise<void> | undefined;
  #drained: (() => void) | undefined;
  #isClosed = false;

  /** @throws RangeError, TypeError for options out of range */
  constructor(options: QueueExecutorOptions) {
    this.#options = resolveOptions(options);
    this.name = this.#options.name;
    this.maxWorkers = this.#options.parallelism;
    this.#intake = this.#makeIntake();
    this.submit = ((fn: TaskLike, ...args: unknown[]) =>
      this.submitCall({ fn, args, options: {} })) as Submit;
    this.stream = bind(this, {}).stream;
    this.map = ((fn: TaskLike, items: Iterable<unknown>, options: MapOptions = {}) =>
      mapTasks(this, fn, items, options)) as Mapper;
  }

  /** This executor with options for every submission. */
  with(options: QueueSubmitOptions): BoundQueueExecutor {
    return bind(this, options);
  }

  /** The form of `submit` that all others come down to. */
  submitCall(call: TaskCall): TaskPromise<unknown> {
    const options: QueueSubmitOptions = { ...this.#options.submit, ...call.options };
    // The worker counts the time of the run: it knows when the run starts.
    const { runTimeout: _runTimeout, ...armed } = options;
    const queueCall: QueueCall = { boundary: this.submit, ...call, options: armed, all: options };
    return submitTask(this.#intake, queueCall);
  }

  /**
   * Ends the executor, not its workers: no further submissions; tasks that are under way end first unless the options
   * say otherwise. Resolves when the connections are closed (with `wait: false`: at once).
   */
  async shutdown(options: ShutdownOptions = {}): Promise<void> {
    this.#isShutDown = true;
    const closed = (this.#closing ??= this.#close());
    if (options.timeout !== undefined && options.timeout !== Infinity) {
      const timer = setTimeout(() => {
        this.#cancelAll(() => new ExecutorTerminatedError());
      }, options.timeout);
      void closed.then(() => {
        clearTimeout(timer);
      });
    }
    if (options.cancelPending === true)
      this.#cancelAll(
        () => new TaskCancelledError('The executor was shut down'),
        ({ task }) => task.state === 'queued',
      );
    if (options.force === true) this.#cancelAll(() => new ExecutorTerminatedError());
    this.#settleWaiters();
    if (options.wait !== false) await closed;
  }

  /** Cancels everything, and closes the connections; unfinished tasks reject with `ERR_EXECUTOR_TERMINATED`. */
  terminate(): Promise<void> {
    return this.shutdown({ force: true });
  }

  /** Resolves when this executor's queue has room (see `maxQueue`), at once if it has. */
  async ready(): Promise<void> {
    while (this.#room <= 0 && !this.#isShutDown)
      await new Promise<void>((resolve) => this.#roomWaiters.push(resolve));
  }

  /** Counts of this moment, of this executor's tasks. */
  stats(): QueueStats {
    const { size, running, counts } = this.#outstanding;
    return {
      name: this.name,
      kind: 'queue',
      state: this.#isClosed ? 'closed' : this.#isShutDown ? 'shutdown' : 'open',
      queued: size - running,
      running,
      submitted: this.#serial,
      ...counts,
    };
  }

  /** What the whole queue does at the moment, of all callers, and its workers. */
  async overview(): Promise<QueueOverview> {
    if (this.#isClosed) throw new ExecutorShutdownError();
    const { link } = this.#open();
    link.hold(true);
    try {
      return await readOverview(link);
    } finally {
      this.#settleWaiters();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown();
  }

  get #room(): number {
    const { size, running } = this.#outstanding;
    return this.#options.maxQueue - (size - running);
  }

  #cancelTask(task: PendingTask, reason: unknown): boolean {
    if (task.state !== 'queued' && task.state !== 'running') return false;
    const submission = this.#byTask.get(task);
    if (submission === undefined) return false;
    this.#drop(submission, reason, 'cancelled');
    return true;
  }

  #makeIntake(): TaskIntake {
    return {
      submitStack: this.#options.submitStack,
      carriesContext: true,
      nextId: () => ++this.#serial,
      resolve: resolveTask,
      submitted: (task) => {
        if (channels.taskSubmit.hasSubscribers || channels.taskEnd.hasSubscribers) publishSubmit(this, task);
      },
      refusal: () => (this.#isShutDown ? { error: new ExecutorShutdownError() } : undefined),
      admit: (task, call) => {
        this.#admit(task, call as QueueCall);
      },
      refuse: (task, error, state) => {
        this.#outstanding.counts[state === 'cancelled' ? 'cancelled' : 'failed']++;
        task.fail(error, state);
        publishEnd(task, error);
      },
      cancelTask: (task, reason) => this.#cancelTask(task, reason),
    };
  }

  #admit(task: PendingTask, { args, form, all: options }: QueueCall): void {
    const { task: resolved, context } = task;
    if (resolved === undefined) return;
    checkSubmit(options);
    const isFull = this.#room <= 0;
    if (isFull && this.#options.onFull === 'reject') throw new QueueFullError(this.#options.maxQueue);
    const payload = encodePayload(args, context, this.#options.maxPayload);
    const submission: Submission = {
      task,
      resolved,
      id: this.#ids.next(resolved.name, options.key),
      options,
      chunk: form === 'chunk',
      payload,
      sent: undefined,
      isQueued: false,
      wanted: undefined,
      missed: 0,
    };
    // They are in the payload: the task need not hold them.
    task.args = [];
    task.context = undefined;
    this.#byTask.set(task, submission);
    this.#outstanding.add(submission);
    this.#open().link.hold(true);
    if (isFull || this.#inLine.size > 0) this.#inLine.add(submission);
    else this.#send(submission);
  }

  #send(submission: Submission): void {
    submission.sent = this.#open().sender.send(submission);
    submission.sent.catch((error: unknown) => {
      this.#outstanding.end(submission, { error });
    });
  }

  // Ends a task here, and takes it out of the queue or off its worker.
  #drop(submission: Submission, reason: unknown, state: 'rejected' | 'cancelled'): void {
    const isRunning = submission.task.state === 'running';
    this.#inLine.delete(submission);
    this.#outstanding.end(submission, { error: reason }, state);
    if (this.#parts === undefined) return;
    const withdrawal = withdraw(this.#parts.link, this.#ids.caller, submission, isRunning)
      // Not sent, or Redis is gone for good: there is nothing to take back.
      .catch(() => undefined)
      .finally(() => {
        this.#withdrawals.delete(withdrawal);
        this.#settleWaiters();
      });
    this.#withdrawals.add(withdrawal);
    this.#parts.link.hold(true);
  }

  #open(): Parts {
    return (this.#parts ??= openParts(this.#options, this.#ids.caller, this.#outstanding, {
      drop: (submission, error) => {
        this.#drop(submission, error, 'rejected');
      },
      resend: (submission) => {
        submission.isQueued = false;
        this.#send(submission);
      },
    }));
  }

  #cancelAll(reason: () => Error, choose: (submission: Submission) => boolean = () => true): void {
    for (const submission of [...this.#outstanding.all()])
      if (choose(submission)) this.#cancelTask(submission.task, reason());
  }

  #settleWaiters(): void {
    for (const next of this.#inLine) {
      if (this.#sentWaiting >= this.#options.maxQueue) break;
      this.#inLine.delete(next);
      this.#send(next);
    }
    if (this.#roomWaiters.length > 0 && (this.#room > 0 || this.#isShutDown))
      for (const wake of this.#roomWaiters.splice(0)) wake();
    if (this.#outstanding.size > 0 || this.#withdrawals.size > 0) return;
    this.#parts?.link.hold(this.#isShutDown);
    this.#drained?.();
  }

  // Tasks that Redis has, or will have in a moment, and that no worker has.
  get #sentWaiting(): number {
    const { size, running } = this.#outstanding;
    return size - running - this.#inLine.size;
  }

  async #close(): Promise<void> {
    if (this.#outstanding.size > 0 || this.#withdrawals.size > 0) {
      await new Promise<void>((resolve) => {
        this.#drained = resolve;
        this.#limitFarewell(resolve);
      });
    }
    this.#parts?.reconciler.close();
    await this.#parts?.link.close();
    this.#isClosed = true;
  }

  // When Redis cannot be reached, nobody can be told that tasks were cancelled.
  #limitFarewell(resolve: () => void): void {
    const check = (): void => {
      if (this.#outstanding.size > 0) return;
      clearInterval(timer);
      setTimeout(resolve, farewellMs).unref();
    };
    const timer = setInterval(check, farewellMs / 10).unref();
  }
}
