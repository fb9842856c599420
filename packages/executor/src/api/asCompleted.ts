import { clearTimeout } from 'node:timers';
import { TimeoutError } from '../wire/errors.ts';
import { startTimer } from '../tasks/timer.ts';

/** Options of {@link asCompleted}. */
export interface AsCompletedOptions {
  /** Milliseconds from the first `next()` until the rest is given up. */
  readonly timeout?: number;
  /** Ends the iteration with its reason. */
  readonly signal?: AbortSignal;
}

/** How a promise has ended, as `Promise.allSettled` says it, and which one it is. */
export type Completed<P> = { readonly promise: P } & (
  | { readonly status: 'fulfilled'; readonly value: Awaited<P> }
  | { readonly status: 'rejected'; readonly reason: unknown }
);

/**
 * Yields how each promise ended, in the order in which they end, each promise once:
 * `for await (const { promise, status } of asCompleted(tasks))`. A rejection is yielded, not thrown. What is unfinished
 * when the iteration ends runs on.
 * @throws TimeoutError (from `next()`) when `timeout` runs out, the signal's reason when it aborts.
 */
export function asCompleted<P extends PromiseLike<unknown>>(
  promises: Iterable<P>,
  options: AsCompletedOptions = {},
): AsyncGenerator<Completed<P>, void, undefined> {
  const all = new Set(promises);
  const ended: Completed<P>[] = [];
  let wake = (): void => undefined;
  const note = (completed: Completed<P>): void => {
    ended.push(completed);
    wake();
  };
  for (const promise of all) {
    promise.then(
      (value) => {
        note({ promise, status: 'fulfilled', value: value as Awaited<P> });
      },
      (reason: unknown) => {
        note({ promise, status: 'rejected', reason });
      },
    );
  }
  return take(all.size, ended, options, (resolve) => (wake = resolve));
}

async function* take<T>(
  count: number,
  ended: T[],
  options: AsCompletedOptions,
  onChange: (wake: () => void) => void,
): AsyncGenerator<T, void, undefined> {
  let left = count;
  let stop: { readonly error: unknown } | undefined;
  let wake = (): void => undefined;
  const release = limit(
    options,
    () => `${String(left)} (of ${String(count)}) futures unfinished`,
    (error) => {
      stop ??= { error };
      wake();
    },
  );
  try {
    // Promises that have ended already report in the next microtask; a timeout of 0 must not hide them.
    await Promise.resolve();
    for (; left > 0; left--) {
      while (ended.length === 0) {
        if (stop !== undefined) throw stop.error;
        await new Promise<void>((resolve) => {
          onChange((wake = resolve));
        });
      }
      yield ended.shift() as T;
    }
  } finally {
    release();
  }
}

function limit(
  { timeout, signal }: AsCompletedOptions,
  text: () => string,
  end: (error: unknown) => void,
): () => void {
  const timer = startTimer('timeout', timeout, () => {
    end(new TimeoutError(text()));
  });
  const onAbort = (): void => {
    end(signal?.reason);
  };
  if (signal?.aborted === true) onAbort();
  signal?.addEventListener('abort', onAbort, { once: true });
  return () => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  };
}
