import { InlineExecutor } from '../adapters/inlineExecutor.ts';
import { shared } from '../wire/shared.ts';
import { ThreadPoolExecutor } from './threadPoolExecutor.ts';
import type { ShutdownOptions } from '../pool/types.ts';
import type { Executor } from '../tasks/types.ts';

/**
 * The executor behind `toThread` and `runInExecutor(null, …)`: a thread pool made at the first call, or inside a
 * worker one that runs tasks in place.
 */
export function getDefaultExecutor(): Executor {
  const current =
    shared.defaultExecutor ??
    (shared.worker === undefined ? new ThreadPoolExecutor({ name: 'default' }) : new InlineExecutor());
  shared.defaultExecutor = current;
  return current as Executor;
}

/**
 * Puts another executor in its place and returns the one before, which goes on until it is shut down; undefined when
 * none had been made. `undefined` means: make the standard one when it is needed.
 * @throws TypeError when the object has no `submit`.
 */
export function setDefaultExecutor(executor: Executor | undefined): Executor | undefined {
  if (executor !== undefined) assertExecutor(executor);
  const previous = shared.defaultExecutor as Executor | undefined;
  shared.defaultExecutor = executor;
  return previous;
}

/** Shuts the default executor down; the next use makes a new one. Not needed for the process to end. */
export async function shutdownDefaultExecutor(options?: ShutdownOptions): Promise<void> {
  const current = shared.defaultExecutor as
    { readonly shutdown?: (options?: ShutdownOptions) => Promise<void> } | undefined;
  shared.defaultExecutor = undefined;
  await current?.shutdown?.(options);
}

/** Checks that an object can take tasks. @throws TypeError */
export function assertExecutor(executor: unknown): asserts executor is Executor {
  if (typeof (executor as { submit?: unknown } | null)?.submit === 'function') return;
  throw new TypeError('An executor is an object with a submit(fn, ...args) method');
}
