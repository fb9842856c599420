import { TimeoutError } from './errors.ts';
import { TaskPromise, type TaskControl, type TaskState } from './taskPromise.ts';
import { resolveTask, type TaskLike } from './taskReference.ts';
import type { BoundExecutor, Executor, Mapper, Submit, SubmitOptions } from './types.ts';
import { mapTasks } from './mapTasks.ts';
import { loadTask } from './worker/moduleLoader.ts';
import { mainSetup } from './mainSetup.ts';

/**
 * Runs tasks where it is: the default executor inside a worker. A pool per worker would multiply threads, and
 * waiting for the pool one runs in can deadlock. Arguments and results are not copied.
 */
export class InlineExecutor implements Executor {
  readonly kind = 'inline';
  readonly maxWorkers = 1;
  readonly submit: Submit = ((fn: TaskLike, ...args: unknown[]) => this.submitWith(fn, args, {})) as Submit;
  readonly map: Mapper = (fn, items, options) =>
    mapTasks(this, fn as TaskLike, items, options ?? {}) as never;

  /** This executor with options; a function that is running is never stopped, only no longer waited for. */
  with(options: SubmitOptions): BoundExecutor {
    return {
      submit: ((fn: TaskLike, ...args: unknown[]) => this.submitWith(fn, args, options)) as Submit,
      map: ((fn: TaskLike, items: Iterable<unknown>, more = {}) =>
        mapTasks(this, fn, items, { ...options, ...more })) as Mapper,
      with: (more) => this.with({ ...options, ...more }),
    };
  }

  /** The form of `submit` that `with` and `map` use. */
  submitWith(
    fn: TaskLike,
    args: readonly unknown[],
    options: SubmitOptions,
    chunk = false,
  ): TaskPromise<unknown> {
    return new InlineTask(() => (chunk ? runAll(fn, args as readonly unknown[][]) : call(fn, args)), options)
      .promise;
  }
}

async function runAll(fn: TaskLike, calls: readonly (readonly unknown[])[]): Promise<unknown> {
  const results: unknown[] = [];
  for (const args of calls) results.push(await call(fn, args));
  return { results };
}

async function call(fn: TaskLike, args: readonly unknown[]): Promise<unknown> {
  // A function is at hand; what it closes over is at hand too. Marked ones may be bound to another file.
  if (typeof fn === 'function') return (fn as unknown as (...args: readonly unknown[]) => unknown)(...args);
  const run = await loadTask(resolveTask(fn).ref, { ...mainSetup(), name: 'inline' });
  return run(...args);
}

class InlineTask implements TaskControl {
  state: TaskState = 'queued';
  readonly promise: TaskPromise<unknown>;
  #reject: (reason: unknown) => void = () => undefined;
  #cleanUp: () => void = () => undefined;
  #ended: (started: boolean) => void = () => undefined;
  readonly #whenStarted = new Promise<boolean>((resolve) => (this.#ended = resolve));

  constructor(run: () => Promise<unknown>, options: SubmitOptions) {
    const promise = new TaskPromise<unknown>((resolve, reject) => {
      this.#reject = reject;
      queueMicrotask(() => {
        this.#run(run, resolve);
      });
    });
    this.promise = TaskPromise.control(promise, this);
    this.#limit(options);
  }

  whenStarted(): Promise<boolean> {
    return this.#whenStarted;
  }

  cancel(reason: unknown): boolean {
    if (this.state !== 'queued' && this.state !== 'running') return false;
    this.#end('cancelled');
    this.#reject(reason);
    return true;
  }

  #run(run: () => Promise<unknown>, resolve: (value: unknown) => void): void {
    if (this.state !== 'queued') return;
    this.state = 'running';
    this.#ended(true);
    run().then(
      (value) => {
        if (this.state !== 'running') return;
        this.#end('fulfilled');
        resolve(value);
      },
      (error: unknown) => {
        if (this.state !== 'running') return;
        this.#end('rejected');
        this.#reject(error);
      },
    );
  }

  #end(state: TaskState): void {
    this.state = state;
    this.#ended(false);
    this.#cleanUp();
  }

  #limit({ signal, timeout, runTimeout }: SubmitOptions): void {
    if (signal?.aborted === true) {
      this.cancel(signal.reason);
      return;
    }
    const onAbort = (): void => {
      this.cancel(signal?.reason);
    };
    const ms = Math.min(timeout ?? Infinity, runTimeout ?? Infinity);
    const timer =
      ms === Infinity
        ? undefined
        : setTimeout(() => {
            this.cancel(new TimeoutError(`The task took longer than ${String(ms)} ms`));
          }, ms);
    signal?.addEventListener('abort', onAbort, { once: true });
    this.#cleanUp = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    };
  }
}
