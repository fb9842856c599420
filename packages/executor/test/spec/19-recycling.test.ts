import { ProcessPoolExecutor, ThreadPoolExecutor } from '@offloop/executor';
import { describe, expect, it } from 'vitest';
import { countCalls, square } from '../fixtures/basic.worker.mjs';

describe.each([ThreadPoolExecutor, ProcessPoolExecutor])('maxTasksPerWorker of a %o', (Pool) => {
  it('replaces a worker before it gets one task too many', async () => {
    await using pool = new Pool({ maxWorkers: 1, maxTasksPerWorker: 3 });
    const counts: number[] = [];
    for (let index = 0; index < 7; index++) counts.push(await pool.submit(countCalls));
    expect(counts).toEqual([1, 2, 3, 1, 2, 3, 1]);
    expect(pool.stats()).toMatchObject({ recycled: 2, crashed: 0 });
  });

  it('holds with a backlog, which is not lost', async () => {
    await using pool = new Pool({ maxWorkers: 2, maxTasksPerWorker: 4 });
    const counts = await Promise.all(Array.from({ length: 24 }, () => pool.submit(countCalls)));
    expect(Math.max(...counts)).toBe(4);
    expect(counts).toHaveLength(24);
  });

  it('holds while the executor shuts down', async () => {
    const pool = new Pool({ maxWorkers: 1, maxTasksPerWorker: 2 });
    const tasks = Array.from({ length: 7 }, (_, index) => pool.submit(square, index));
    await pool.shutdown();
    expect(await Promise.all(tasks)).toEqual([0, 1, 4, 9, 16, 25, 36]);
    expect(pool.stats()).toMatchObject({ state: 'closed', workers: 0 });
  });
});
