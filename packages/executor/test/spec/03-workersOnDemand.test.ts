import { ThreadPoolExecutor } from '@offloop/executor';
import { describe, expect, it } from 'vitest';
import { later, square, whereAmI } from '../fixtures/basic.worker.mjs';

describe('workers', () => {
  it('are started on demand, and an idle one is used before another is started', async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 4 });
    expect(pool.stats().workers).toBe(0);
    const first = await pool.submit(whereAmI);
    const second = await pool.submit(whereAmI);
    expect(second).toEqual(first);
    expect(pool.stats().workers).toBe(1);
  });

  it('never are more than maxWorkers', async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 2 });
    await Promise.all(Array.from({ length: 30 }, () => pool.submit(square, 1)));
    expect(pool.stats().workers).toBe(2);
  });

  it('can be started beforehand', async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 3 });
    await pool.prestart(2);
    expect(pool.stats()).toMatchObject({ workers: 2, idle: 2, starting: 0 });
    await pool.prestart();
    expect(pool.stats()).toMatchObject({ workers: 3, idle: 3 });
  });

  it('end when idle for long enough, down to minWorkers', async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 3, minWorkers: 1, idleTimeout: 30 });
    await pool.prestart();
    while (pool.stats().workers > 1) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await pool.submit(later, 100, 'still works')).toBe('still works');
    expect(pool.stats().workers).toBe(1);
  });
});
