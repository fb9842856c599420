/* Checked by the compiler alone: test/types.test.ts. A line under `@ts-expect-error` must not compile. */
import type { execSync } from 'node:child_process';
import { pbkdf2Sync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import {
  asCompleted,
  ref,
  runInExecutor,
  setDefaultExecutor,
  task,
  ThreadPoolExecutor,
  toThread,
  type BoundExecutor,
  type Completed,
  type Executor,
  type TaskPromise,
  type TaskReference,
  type TaskStream,
} from '@offloop/executor';
import { expectTypeOf } from 'vitest';

declare const run: typeof execSync;
const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
const sum = task(import.meta.url, 'sum.worker#sum', (left: number, right: number): number => left + right);
const later = task(import.meta.url, 'sum.worker#later', async (ms: number): Promise<string> => {
  await Promise.resolve();
  return String(ms);
});

/** Arguments and results follow from the function. */
export function infersFromTheFunction(): void {
  expectTypeOf(toThread(sum, 1, 2)).toEqualTypeOf<TaskPromise<number>>();
  expectTypeOf(toThread(later, 5)).toEqualTypeOf<TaskPromise<string>>();
  expectTypeOf(runInExecutor(null, pbkdf2Sync, 'a', 'b', 1, 8, 'sha256')).resolves.toEqualTypeOf<
    ReturnType<typeof pbkdf2Sync>
  >();
  expectTypeOf(pool.submit(gzipSync, 'text')).resolves.toEqualTypeOf<ReturnType<typeof gzipSync>>();
  // @ts-expect-error: a string is no number
  void toThread(sum, 1, '2');
  // @ts-expect-error: an argument is missing
  void toThread(sum, 1);
  // @ts-expect-error: one argument too many
  void pool.submit(later, 1, 2);
  // @ts-expect-error: not a function
  void toThread('sum', 1, 2);
}

/** `readFileSync` and `execSync` say text or bytes, whichever their options ask for. */
export function knowsOverloads(): void {
  expectTypeOf(toThread(readFileSync, 'file', 'utf8')).toEqualTypeOf<TaskPromise<string>>();
  expectTypeOf(runInExecutor(pool, readFileSync, 'file', { encoding: 'utf8' })).toEqualTypeOf<
    TaskPromise<string>
  >();
  expectTypeOf(pool.submit(readFileSync, 'file')).toEqualTypeOf<TaskPromise<Buffer>>();
  expectTypeOf(toThread(run, 'ls', { encoding: 'utf8' })).toEqualTypeOf<TaskPromise<string>>();
  expectTypeOf(toThread(run, 'ls')).toEqualTypeOf<TaskPromise<Buffer>>();
}

/** Streams yield what the generator does. */
export function typesStreams(): void {
  const rows = task(import.meta.url, 'rows.worker#rows', function* (path: string): Generator<{ id: number }> {
    yield { id: path.length };
  });
  expectTypeOf(pool.stream(rows, 'file')).toEqualTypeOf<TaskStream<{ id: number }>>();
  expectTypeOf(pool.with({ streamWindow: 4 }).stream(rows, 'file').next()).resolves.toEqualTypeOf<
    IteratorResult<{ id: number }, void>
  >();
  // @ts-expect-error: sum is no generator
  void pool.stream(sum, 1, 2);
  // @ts-expect-error: a number is no path
  void pool.stream(rows, 1);
}

/** References carry the type of what they name. */
export async function typesReferences(): Promise<void> {
  const at = ref<typeof import('../fixtures/plain.mjs')>(new URL('../fixtures/plain.mjs', import.meta.url));
  const double = at('double');
  expectTypeOf(await toThread(double, 4)).toEqualTypeOf<number>();
  // @ts-expect-error: no such export
  at('triple');
  const named: TaskReference<(value: string) => number> = {
    module: 'pkg',
    export: 'f',
    base: import.meta.url,
  };
  expectTypeOf(await pool.submit(named, 'x')).toEqualTypeOf<number>();
  // @ts-expect-error: the export is missing
  void pool.submit({ module: 'pkg' }, 1);
}

/** Options and what they give back. */
export function typesOptions(): void {
  expectTypeOf(pool.with({ timeout: 1, onAbort: 'cooperative', graceMs: 5 })).toEqualTypeOf<BoundExecutor>();
  expectTypeOf(toThread.with({ signal: AbortSignal.timeout(1) })(sum, 1, 2)).toEqualTypeOf<
    TaskPromise<number>
  >();
  // @ts-expect-error: no such way to cancel
  pool.with({ onAbort: 'ask nicely' });
  // @ts-expect-error: no such option
  new ThreadPoolExecutor({ workers: 2 });
}

/** Items and results of `map` and `asCompleted`. */
export async function typesIteration(): Promise<void> {
  for await (const text of pool.map(later, [1, 2])) expectTypeOf(text).toEqualTypeOf<string>();
  // @ts-expect-error: the items must be what the function takes
  pool.map(later, ['1']);
  const tasks = [toThread(sum, 1, 2)];
  for await (const completed of asCompleted(tasks)) {
    expectTypeOf(completed).toEqualTypeOf<Completed<TaskPromise<number>>>();
    if (completed.status === 'fulfilled') expectTypeOf(completed.value).toEqualTypeOf<number>();
    else expectTypeOf(completed.reason).toEqualTypeOf<unknown>();
  }
}

/** A custom executor needs `submit` alone. */
export function takesCustomExecutors(): void {
  const custom: Executor = {
    submit: (fn: (...args: unknown[]) => unknown, ...args: unknown[]) => Promise.resolve(fn(...args)),
  };
  expectTypeOf(runInExecutor(custom, sum, 1, 2)).toEqualTypeOf<TaskPromise<number>>();
  setDefaultExecutor(custom);
  // @ts-expect-error: nothing to submit to
  setDefaultExecutor({});
}
