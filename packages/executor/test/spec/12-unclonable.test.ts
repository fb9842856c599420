import { DataCloneError, ProcessPoolExecutor, ThreadPoolExecutor } from '@offloop/executor';
import { afterAll, describe, expect, it } from 'vitest';
import { echo, exitingGetter, square, throwingGetter, unclonableResult } from '../fixtures/basic.worker.mjs';
import { rejectionOf } from '../fixtures/outcome.ts';

const pools = [new ThreadPoolExecutor({ maxWorkers: 1 }), new ProcessPoolExecutor({ maxWorkers: 1 })];
afterAll(() => Promise.all(pools.map((pool) => pool.terminate())));

describe.each(pools)('what a $kind cannot clone', (pool) => {
  it.each<[string, unknown]>([
    ['arguments[0]', () => 1],
    ['arguments[0].a.b', { a: { b: Symbol('s') } }],
    ['arguments[0][1].get("key")', [0, new Map([['key', () => 1]])]],
    ['arguments[0]["strange key"]', { 'strange key': () => 1 }],
    ['arguments[0]', new WeakMap()],
  ])('is named by its path: %s', async (path, value) => {
    const error = await rejectionOf(pool.submit(echo, value));
    expect(error).toBeInstanceOf(DataCloneError);
    expect(error).toMatchObject({ name: 'DataCloneError', code: 'ERR_DATA_CLONE', path });
    expect((error as Error).message).toContain(path);
    expect((error as Error).cause).toBeDefined();
  });

  it('names the second argument as such', async () => {
    const call = pool.submit as (...args: unknown[]) => PromiseLike<unknown>;
    expect(await rejectionOf(call(echo, 1, () => 2))).toMatchObject({ path: 'arguments[1]' });
  });

  it('is a matter of that task alone', async () => {
    const { workers } = pool.stats();
    const tasks = [pool.submit(square, 1), pool.submit(echo, () => 1), pool.submit(square, 3)];
    expect((await Promise.allSettled(tasks)).map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
    expect(pool.stats()).toMatchObject({ crashed: 0, workers: Math.max(workers, 1) });
  });

  it('in a result is named too, and the worker lives on', async () => {
    const error = await rejectionOf(pool.submit(unclonableResult));
    expect(error).toBeInstanceOf(DataCloneError);
    expect(error).toMatchObject({
      name: 'DataCloneError',
      code: 'ERR_DATA_CLONE',
      path: 'result.list[0].callback',
    });
    expect(pool.stats().crashed).toBe(0);
    expect(await pool.submit(square, 4)).toBe(16);
  });

  it('may be a getter that throws: its error comes back', async () => {
    expect(await rejectionOf(pool.submit(throwingGetter))).toMatchObject({ message: 'the getter threw' });
  });

  it('may be a getter that ends the worker: that task fails, the next one runs', async () => {
    expect(await rejectionOf(pool.submit(exitingGetter))).toMatchObject({
      code: 'ERR_WORKER_EXITED',
      exitCode: 9,
    });
    expect(await pool.submit(square, 4)).toBe(16);
  });
});
