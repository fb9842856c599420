import { setTimeout } from 'node:timers';
import { TimeoutError } from './errors.ts';
import { duration } from './options.ts';

/** Options of {@link asCompleted}. */
export interface AsCompletedOptions {
  /** Milliseconds from the first `next()` until the rest is given up. */
  readonly timeout?: number;
  readonly signal?: AbortSignal;
}

/**
 * Yields the promises themselves in the order in which they end, fulfilled or rejected, each once; await a
 * yielded promise for its result. What is unfinished when the iteration ends runs on.
 * @throws TimeoutError when `timeout` runs out, the signal's reason when it aborts.
 */
export async function* asCompleted<P extends PromiseLike<unknown>>(
  promises: Iterable<P>,
  options: AsCompletedOptions = {},
): AsyncGenerator<P, void, undefined> {
  const all = new Set(promises);
  const ended: P[] = [];
  let wake = (): void => undefined;
  let stop: { readonly error: unknown } | undefined;
  const end = (error: unknown): void => {
    stop ??= { error };
    wake();
  };
  for (const promise of all) {
    const done = (): void => {
      ended.push(promise);
      wake();
    };
    promise.then(done, done);
  }
  let left = all.size;
  const release = limit(options, end, () => `${String(left)} (of ${String(all.size)}) futures unfinished`);
  try {
    // Promises that have ended already report in the next microtasks; a timeout of 0 must not hide them.
    await Promise.resolve();
    while (left > 0) {
      const next = ended.shift();
      if (next !== undefined) {
        left--;
        yield next;
      } else if (stop !== undefined) {
        throw stop.error;
      } else {
        await new Promise<void>((resolve) => (wake = resolve));
      }
    }
  } finally {
    release();
  }
}

function limit(options: AsCompletedOptions, end: (error: unknown) => void, text: () => string): () => void {
  const { timeout, signal } = options;
  const timer =
    timeout === undefined || duration('timeout', timeout) === Infinity
      ? undefined
      : setTimeout(() => {
          end(new TimeoutError(text()));
        }, timeout);
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
