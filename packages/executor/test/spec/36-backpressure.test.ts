import { QueueFullError, ThreadPoolExecutor } from '@offloop/executor';
import { describe, expect, it } from 'vitest';
import { sleepFor, square } from '../fixtures/basic.worker.mjs';
import { rejectionOf } from '../fixtures/outcome.ts';

describe('a bounded queue', () => {
  it('rejects what does not fit, and takes tasks again once there is room', async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1, maxQueue: 2 });
    const fitting = [1, 2, 3].map((ms) => pool.submit(sleepFor, ms));
    const error = await rejectionOf(pool.submit(square, 1));
    expect(error).toBeInstanceOf(QueueFullError);
    expect(error).toMatchObject({ code: 'ERR_EXECUTOR_QUEUE_FULL' });
    await Promise.all(fitting);
    expect(await pool.submit(square, 3)).toBe(9);
  });

  it('of length 0 takes as many tasks as there are workers', async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 2, maxQueue: 0 });
    const tasks = [1, 2, 3].map((ms) => pool.submit(sleepFor, ms));
    const outcomes = await Promise.allSettled(tasks);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
  });

  it('lets tasks wait in line with onFull: wait, in order', async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1, maxQueue: 1, onFull: 'wait' });
    const order: number[] = [];
    const tasks = [1, 2, 3, 4, 5].map((value) => pool.submit(square, value));
    for (const [index, task] of tasks.entries()) void task.started.then(() => order.push(index));
    expect(await Promise.all(tasks)).toEqual([1, 4, 9, 16, 25]);
    expect(order).toEqual([0, 1, 2, 3, 4]);
  });

  it('tells by ready() when there is room', async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1, maxQueue: 1 });
    let refused = 0;
    const results: Promise<number>[] = [];
    for (let value = 0; value < 20; value++) {
      await pool.ready();
      results.push(pool.submit(square, value));
    }
    for (const result of results) await result.catch(() => refused++);
    expect(refused).toBe(0);
  });
});

describe('stats()', () => {
  it('counts what waits, runs and has ended', async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1, name: 'counted' });
    const tasks = [pool.submit(sleepFor, 20), pool.submit(square, 1), pool.submit(square, 2)];
    await tasks[0]?.started;
    expect(pool.stats()).toMatchObject({
      name: 'counted',
      kind: 'thread',
      state: 'open',
      queued: 2,
      running: 1,
      workers: 1,
      idle: 0,
    });
    tasks[2]?.cancel();
    await Promise.allSettled(tasks);
    expect(pool.stats()).toMatchObject({
      queued: 0,
      running: 0,
      idle: 1,
      submitted: 3,
      done: 2,
      cancelled: 1,
      failed: 0,
    });
  });
});
