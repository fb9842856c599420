import { bind } from './bind.ts';
import { PendingTask, type TaskOwner } from './pendingTask.ts';
import { shared } from './shared.ts';
import { armTask } from './taskLimits.ts';
import type { TaskPromise } from './taskPromise.ts';
import { resolveTask, type TaskLike } from './taskReference.ts';
import type { BoundExecutor, Executor, Mapper, Submit, SubmitOptions } from './types.ts';

/**
 * Runs tasks where it is: the default executor inside a worker. A pool per worker would multiply threads, and
 * waiting for the pool one runs in can deadlock. Arguments and results are not copied; a function that runs is never
 * stopped, only no longer waited for.
 */
export class InlineExecutor implements Executor, TaskOwner {
  readonly kind = 'inline';
  readonly maxWorkers = 1;
  readonly submit: Submit;
  readonly map: Mapper;
  readonly with: (options: SubmitOptions) => BoundExecutor;

  constructor() {
    const bound = bind(this, {});
    this.submit = bound.submit;
    this.map = bound.map;
    this.with = bound.with;
  }

  /** The form of `submit` that `with` and `map` use. */
  submitWith(
    fn: TaskLike,
    args: readonly unknown[],
    options: SubmitOptions,
    chunk = false,
  ): TaskPromise<unknown> {
    const task = new PendingTask(0, undefined, args, options, this);
    try {
      armTask(task, options);
    } catch (error) {
      task.fail(error, options.signal?.aborted === true ? 'cancelled' : 'rejected');
    }
    queueMicrotask(() => {
      if (task.state === 'queued')
        void run(task, () => (chunk ? callAll(fn, args as readonly unknown[][]) : call(fn, args)));
    });
    return task.promise;
  }

  /** See {@link TaskPromise.cancel}. */
  cancelTask(task: PendingTask, reason: unknown): boolean {
    if (task.state !== 'queued' && task.state !== 'running') return false;
    task.fail(reason, 'cancelled');
    return true;
  }
}

async function run(task: PendingTask, work: () => Promise<unknown>): Promise<void> {
  task.start();
  try {
    const value = await work();
    if (task.state === 'running') task.fulfil(value);
  } catch (error) {
    if (task.state === 'running') task.fail(error);
  }
}

async function callAll(fn: TaskLike, calls: readonly (readonly unknown[])[]): Promise<unknown> {
  const results: unknown[] = [];
  try {
    for (const args of calls) results.push(await call(fn, args));
  } catch (error) {
    return { results, failed: { error } };
  }
  return { results };
}

// A function is at hand, and so is what it closes over: no reference is needed.
async function call(fn: TaskLike, args: readonly unknown[]): Promise<unknown> {
  const load = shared.worker?.load;
  const found = typeof fn === 'function' || load === undefined ? fn : await load(resolveTask(fn).ref);
  return (found as unknown as (...args: readonly unknown[]) => unknown)(...args);
}
