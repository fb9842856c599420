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
 * Yields the promises themselves in the order in which they end, fulfilled or rejected, each once; await a yielded
 * promise for its result. What is unfinished when the iteration ends runs on.
 * @throws TimeoutError (from `next()`) when `timeout` runs out, the signal's reason when it aborts.
 */
export function asCompleted<P extends PromiseLike<unknown>>(
  promises: Iterable<P>,
  options: AsCompletedOptions = {},
): AsyncIterableIterator<P, undefined> {
  const all = new Set(promises);
  const ended: P[] = [];
  let left = all.size;
  let stop: { readonly error: unknown } | undefined;
  let wake = (): void => undefined;
  for (const promise of all) {
    const done = (): void => {
      ended.push(promise);
      wake();
    };
    promise.then(done, done);
  }
  let release: (() => void) | undefined;
  const close = (error: unknown): void => {
    stop ??= { error };
    wake();
  };
  const unfinished = (): string => `${String(left)} (of ${String(all.size)}) futures unfinished`;
  // Not an async generator: that would await a yielded promise.
  return {
    async next() {
      release ??= limit(options, close, unfinished);
      // Promises that have ended already report in the next microtask; a timeout of 0 must not hide them.
      await Promise.resolve();
      while (left > 0 && ended.length === 0 && stop === undefined) {
        await new Promise<void>((resolve) => (wake = resolve));
      }
      const value = left > 0 ? ended.shift() : undefined;
      if (value !== undefined) {
        left--;
        return { value, done: false };
      }
      release();
      if (left > 0 && stop !== undefined) throw stop.error;
      return { value: undefined, done: true };
    },
    return() {
      left = 0;
      release?.();
      wake();
      return Promise.resolve({ value: undefined, done: true });
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
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
