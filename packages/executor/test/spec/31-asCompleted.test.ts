import { asCompleted, ThreadPoolExecutor, TimeoutError } from '@offloop/executor';
import { afterAll, describe, expect, it } from 'vitest';
import { fail, sleepFor, square } from '../fixtures/basic.worker.mjs';
import { collect, rejectionOf } from '../fixtures/outcome.ts';

const pool = new ThreadPoolExecutor({ maxWorkers: 3 });
afterAll(() => pool.terminate());

describe('asCompleted', () => {
  it('yields how each promise ended, as it ends, rejected ones too', async () => {
    await pool.prestart();
    const slow = pool.submit(sleepFor, 60_000);
    const quick = pool.submit(sleepFor, 1);
    const failing = pool.submit(fail, 'x');
    const order: unknown[] = [];
    for await (const completed of asCompleted([slow, quick, failing])) {
      order.push(completed.promise);
      if (completed.promise === quick) expect(completed).toMatchObject({ status: 'fulfilled', value: 1 });
      if (completed.promise === failing)
        expect(completed).toMatchObject({ status: 'rejected', reason: expect.any(RangeError) as unknown });
      if (order.length === 2) slow.cancel('enough');
      if (completed.promise === slow)
        expect(completed).toMatchObject({ status: 'rejected', reason: 'enough' });
    }
    expect(new Set(order)).toEqual(new Set([slow, quick, failing]));
    expect(order.at(-1)).toBe(slow);
  });

  it('yields a promise given twice once', async () => {
    const task = pool.submit(square, 2);
    expect(await collect(asCompleted([task, task, task]))).toEqual([
      { promise: task, status: 'fulfilled', value: 4 },
    ]);
  });

  it('throws when its time is over, saying how many are unfinished; they run on', async () => {
    const tasks = [1, 2, 300, 300].map((ms) => pool.submit(sleepFor, ms));
    const seen: unknown[] = [];
    const error = await rejectionOf(
      (async () => {
        for await (const { promise } of asCompleted(tasks, { timeout: 150 })) seen.push(promise);
      })(),
    );
    expect(error).toBeInstanceOf(TimeoutError);
    expect((error as Error).message).toBe(`${String(4 - seen.length)} (of 4) futures unfinished`);
    expect(await Promise.all(tasks)).toEqual([1, 2, 300, 300]);
  });

  it('yields what has ended before a timeout of 0 strikes', async () => {
    const done = pool.submit(square, 2);
    await done;
    const waiting = pool.submit(sleepFor, 100);
    const seen: unknown[] = [];
    await rejectionOf(
      (async () => {
        for await (const { promise } of asCompleted([done, waiting], { timeout: 0 })) seen.push(promise);
      })(),
    );
    expect(seen).toEqual([done]);
  });

  it('rejects with the reason of its signal', async () => {
    const signal = AbortSignal.abort(new Error('stop'));
    expect(await rejectionOf(collect(asCompleted([pool.submit(sleepFor, 50)], { signal })))).toMatchObject({
      message: 'stop',
    });
  });
});

describe('the combinators of Promise take the place of wait()', () => {
  it('first completed, first exception, all completed', async () => {
    const [slow, quick] = [pool.submit(sleepFor, 60_000), pool.submit(sleepFor, 1)];
    expect(await Promise.race([slow, quick])).toBe(1);
    slow.cancel();
    expect(
      await rejectionOf(Promise.all([pool.submit(sleepFor, 50), pool.submit(fail, 'x')])),
    ).toBeInstanceOf(RangeError);
    const all = await Promise.allSettled([slow, quick, pool.submit(fail, 'x')]);
    expect(all.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected']);
  });
});
