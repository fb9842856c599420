import { TaskPromise, type TaskControl, type TaskState } from './taskPromise.ts';
import type { Queued } from './taskQueue.ts';
import { ProgressFeed } from './progressFeed.ts';
import type { StreamFeed, StreamProducer } from './streamFeed.ts';
import type { TaskCall } from './taskCall.ts';
import type { ResolvedTask } from './references/taskReference.ts';
import type { SubmitOptions } from './types.ts';

/** What a task needs of its executor. */
export interface TaskOwner {
  /** Takes a task out of the queue or off its worker; returns false when it had ended. */
  readonly cancelTask: (task: PendingTask, reason: unknown) => boolean;
}

/** The worker that runs a task, as the task sees it. */
export interface TaskWorker {
  /** Thread id or process id. */
  readonly id: number;
  /** Makes it stop the task that it runs, in the way that the task's options say. */
  readonly stopTask: (reason: unknown) => void;
  /** Lets a stream go on, or return. */
  readonly producer?: StreamProducer;
}

/** A submitted task until it has ended; lets go of arguments once they are sent. */
export class PendingTask implements Queued<PendingTask>, TaskControl {
  previous: PendingTask | undefined = undefined;
  next: PendingTask | undefined = undefined;
  state: TaskState = 'queued';
  worker: TaskWorker | undefined = undefined;
  context: (readonly [string, unknown])[] | undefined = undefined;
  /** Clears timers and listeners. */
  cleanUp: (() => void) | undefined = undefined;
  /** Called when a worker has it. */
  onStart: (() => void) | undefined = undefined;
  site: { readonly stack?: string } | undefined = undefined;
  hasStarted = false;
  form: TaskCall['form'] = undefined;
  /** Where the items of a stream go. */
  feed: StreamFeed | undefined = undefined;
  readonly promise: TaskPromise<unknown>;
  #resolve!: (value: unknown) => void;
  #reject!: (reason: unknown) => void;
  #started: ((started: boolean) => void) | undefined = undefined;
  #whenStarted: Promise<boolean> | undefined = undefined;
  #progress: ProgressFeed | undefined = undefined;

  constructor(
    readonly id: number,
    readonly task: ResolvedTask | undefined,
    public args: readonly unknown[],
    readonly options: SubmitOptions,
    private readonly owner: TaskOwner,
  ) {
    const promise = new TaskPromise<unknown>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.promise = TaskPromise.control(promise, this);
  }

  whenStarted(): Promise<boolean> {
    if (this.#whenStarted === undefined) {
      if (this.state !== 'queued') this.#whenStarted = Promise.resolve(this.hasStarted);
      else this.#whenStarted = new Promise((resolve) => (this.#started = resolve));
    }
    return this.#whenStarted;
  }

  /** What the task reports of its progress, for {@link TaskPromise.progress}. */
  get progress(): AsyncIterable<unknown> {
    if (this.#progress === undefined) {
      this.#progress = new ProgressFeed();
      if (this.state !== 'queued' && this.state !== 'running') this.#progress.end();
    }
    return this.#progress;
  }

  /** The task reports a value; nobody may be listening. */
  report(value: unknown): void {
    this.#progress?.push(value);
  }

  cancel(reason: unknown): boolean {
    return this.owner.cancelTask(this, reason);
  }

  /** The worker has it: its arguments are no longer needed here. */
  start(worker?: TaskWorker): void {
    this.state = 'running';
    this.hasStarted = true;
    this.worker = worker;
    this.args = [];
    this.context = undefined;
    if (worker?.producer !== undefined) this.feed?.connect(worker.producer);
    this.onStart?.();
    this.#started?.(true);
  }

  /** Ends the task with its result. */
  fulfil(value: unknown): void {
    this.#end('fulfilled');
    this.#resolve(value);
  }

  /** Ends the task with an error. */
  fail(error: unknown, state: 'rejected' | 'cancelled' = 'rejected'): void {
    this.#end(state);
    this.#reject(error);
  }

  #end(state: TaskState): void {
    this.state = state;
    this.args = [];
    this.context = undefined;
    this.site = undefined;
    this.cleanUp?.();
    this.cleanUp = undefined;
    this.#started?.(this.hasStarted);
    this.#progress?.end();
  }
}
