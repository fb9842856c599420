import { serialize } from 'node:v8';
import type { TaskPromise } from '@offloop/executor';
import { progressBytes } from '../wire/limits.ts';

// Progress is for people and bars: so often at most it crosses the network, the newest value each time.
const betweenMs = 100;

/**
 * Passes on what a task reports of its progress: the first value at once, then the newest one at most ten times a second,
 * and the last. Resolves when the task has ended. `send` gets base64 of V8's format.
 */
export async function relayProgress(
  progress: TaskPromise<unknown>['progress'],
  send: (value: string) => Promise<unknown>,
): Promise<void> {
  let newest: { readonly value: unknown } | undefined;
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    timer = undefined;
    if (newest === undefined) return;
    const bytes = serialize(newest.value);
    newest = undefined;
    // Progress that does not arrive is no reason for the task to fail.
    if (bytes.length <= progressBytes) send(bytes.toString('base64')).catch(() => undefined);
    timer = setTimeout(flush, betweenMs);
  };
  for await (const value of progress) {
    newest = { value };
    if (timer === undefined) flush();
  }
  clearTimeout(timer);
  flush();
  clearTimeout(timer);
}
