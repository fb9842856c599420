import { AsyncLocalStorage } from 'node:async_hooks';
import {
  propagate,
  ProcessPoolExecutor,
  runInExecutor,
  shutdownDefaultExecutor,
  ThreadPoolExecutor,
  toThread,
} from '@offloop/executor';
import { afterAll, describe, expect, it } from 'vitest';
import { square } from '../fixtures/basic.worker.mjs';
import { currentRequest, currentRequestLater, requestStorage } from '../fixtures/stateful.worker.mjs';
import { rejectionOf } from '../fixtures/outcome.ts';

describe('context', () => {
  const pools = [new ThreadPoolExecutor({ maxWorkers: 1 }), new ProcessPoolExecutor({ maxWorkers: 1 })];
  afterAll(() =>
    Promise.all([...pools.map((pool) => pool.terminate()), shutdownDefaultExecutor({ force: true })]),
  );

  it('crosses with toThread', async () => {
    expect(await requestStorage.run({ id: 'r-1' }, () => toThread(currentRequest))).toBe('r-1');
  });

  it.each(pools)('crosses with runInExecutor to a $kind, asynchronous parts included', async (pool) => {
    expect(await requestStorage.run({ id: 'r-2' }, () => runInExecutor(pool, currentRequestLater))).toBe(
      'r-2',
    );
  });

  it('does not leak into the next task of the same worker', async () => {
    const [pool] = pools;
    if (pool === undefined) throw new Error('no pool');
    await requestStorage.run({ id: 'r-3' }, () => pool.submit(currentRequest));
    expect(await pool.submit(currentRequest)).toBeUndefined();
  });

  it('stays at home with context: false', async () => {
    const call = (): PromiseLike<unknown> => toThread.with({ context: false })(currentRequest);
    expect(await requestStorage.run({ id: 'r-4' }, call)).toBeUndefined();
  });

  it('of the caller is the same after the await', async () => {
    await requestStorage.run({ id: 'r-5' }, async () => {
      await toThread(square, 2);
      expect(requestStorage.getStore()?.id).toBe('r-5');
    });
  });

  it('that cannot be serialized rejects that call alone', async () => {
    const storage = new AsyncLocalStorage<number>();
    const end = propagate(storage, {
      key: 'broken',
      serialize: () => {
        throw new RangeError('not today');
      },
    });
    const error = await storage.run(1, () => rejectionOf(toThread(square, 2)));
    end();
    expect(error).toMatchObject({ message: 'not today' });
    expect(await storage.run(1, () => toThread(square, 2))).toBe(4);
  });
});
