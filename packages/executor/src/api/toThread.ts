import { assertExecutor, getDefaultExecutor } from './defaultExecutor.ts';
import { PoolExecutor } from '../pool/poolExecutor.ts';
import type { TaskLike } from '../tasks/references/taskReference.ts';
import { TaskPromise } from '../tasks/taskPromise.ts';
import type { BoundExecutor, Executor, RunInExecutor, Submit, SubmitOptions } from '../tasks/types.ts';

/** The type of {@link toThread}. */
export interface ToThread extends Submit {
  /** `toThread` with options: `toThread.with({ timeout: 500 })(fn, ...args)`. */
  readonly with: (options: SubmitOptions) => Submit;
}

type AnySubmit = (fn: TaskLike, ...args: unknown[]) => PromiseLike<unknown>;

function submitTo(
  executor: Executor,
  fn: TaskLike,
  args: readonly unknown[],
  caller: object,
): TaskPromise<unknown> {
  if (executor instanceof PoolExecutor)
    return executor.submitCall({ fn, args, options: {}, boundary: caller });
  const result = (executor.submit as unknown as AnySubmit).call(executor, fn, ...args);
  // A custom executor may answer with any promise.
  return result instanceof TaskPromise ? (result as TaskPromise<unknown>) : wrap(result);
}

function wrap(result: PromiseLike<unknown>): TaskPromise<unknown> {
  if (typeof (result as { cancel?: unknown }).cancel === 'function') return result as TaskPromise<unknown>;
  return new TaskPromise<unknown>((resolve) => {
    resolve(result);
  });
}

function callDefault(fn: TaskLike, ...args: unknown[]): TaskPromise<unknown> {
  return submitTo(getDefaultExecutor(), fn, args, toThread);
}

/**
 * Runs a blocking function in a thread of the default executor: `await toThread(pbkdf2Sync, …)`. The counterpart of
 * Python's `asyncio.to_thread`.
 */
export const toThread: ToThread = Object.assign(callDefault as unknown as Submit, {
  with: (options: SubmitOptions) => boundDefault(options),
});

function boundDefault(options: SubmitOptions): Submit {
  return ((fn: TaskLike, ...args: unknown[]) => {
    const executor = getDefaultExecutor() as Partial<Pick<BoundExecutor, 'with'>>;
    if (executor.with === undefined)
      throw new TypeError('The default executor takes no options: it has no with() method');
    return submitTo(executor.with(options), fn, args, toThread);
  }) as unknown as Submit;
}

/**
 * Runs a function in an executor: `await runInExecutor(pool, fn, ...args)`; `null` stands for the default executor, as
 * in `asyncio`. Never throws; errors reject the promise.
 */
export const runInExecutor: RunInExecutor = ((
  executor: Executor | null,
  fn: TaskLike,
  ...args: unknown[]
) => {
  try {
    if (executor !== null) assertExecutor(executor);
    return submitTo(executor ?? getDefaultExecutor(), fn, args, runInExecutor);
  } catch (error) {
    return new TaskPromise((_resolve, reject) => {
      // Whatever was thrown.
      reject(error);
    });
  }
}) as RunInExecutor;
