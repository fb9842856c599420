import { TaskCancelledError } from '../wire/errors.ts';

/** Where a task is; `cancelled` covers timeouts and aborts. */
export type TaskState = 'queued' | 'running' | 'fulfilled' | 'rejected' | 'cancelled';

/** What a {@link TaskPromise} asks of whoever runs its task. */
export interface TaskControl {
  readonly state: TaskState;
  /** Resolves once the task has started (true) or ended without a start (false). */
  readonly whenStarted: () => Promise<boolean>;
  /** What the task reports while it runs. */
  readonly progress: AsyncIterable<unknown>;
  /** Cancels; false when it had ended already. */
  readonly cancel: (reason: unknown) => boolean;
}

/**
 * The promise of a task: a real `Promise` that can also cancel the task. What `then` returns is a plain
 * promise. `await using` cancels a task that is unfinished at the end of the scope.
 */
export class TaskPromise<R> extends Promise<R> implements AsyncDisposable {
  #control: TaskControl | undefined;

  /** Connects a promise with its task; for executors only. */
  static control<R>(promise: TaskPromise<R>, control: TaskControl): TaskPromise<R> {
    promise.#control = control;
    return promise;
  }

  /** Where the task is now. */
  get state(): TaskState {
    return this.#control?.state ?? 'queued';
  }

  /** Resolves to true when the task starts, to false when it ends without a start. Never rejects. */
  get started(): Promise<boolean> {
    return this.#control?.whenStarted() ?? Promise.resolve(false);
  }

  /**
   * What the task reports with `taskProgress(value)`: `for await (const value of task.progress)`. It begins with the
   * loop, ends with the task, and never throws; a slow loop misses the oldest of more than 1000 values.
   */
  get progress(): AsyncIterable<unknown> {
    return this.#control?.progress ?? { [Symbol.asyncIterator]: nothing };
  }

  /** Cancels the task; the promise rejects with `reason` (an `AbortError` by default). False if it had ended. */
  cancel(reason: unknown = new TaskCancelledError()): boolean {
    return this.#control?.cancel(reason) ?? false;
  }

  /** Shows the state in `console.log` and the REPL. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `TaskPromise { <${this.state}> }`;
  }

  /** Cancels the task if it is unfinished; its rejection is taken as handled. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.cancel()) await this.catch(() => undefined);
  }
}

// `await` and `then` take their short way for promises whose constructor is Promise itself.
Reflect.defineProperty(TaskPromise.prototype, 'constructor', {
  value: Promise,
  writable: true,
  configurable: true,
});

// eslint-disable-next-line @typescript-eslint/require-await -- it has nothing to wait for
async function* nothing(): AsyncGenerator<unknown, void, undefined> {
  yield* [];
}
