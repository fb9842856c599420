import { ProcessPoolExecutor, ThreadPoolExecutor } from '@offloop/executor';
import { describe, expect, it } from 'vitest';
import { nested, nestedOutcomes, slow } from '../fixtures/stateful.worker.mjs';
import { rejectionOf } from '../fixtures/outcome.ts';

describe.each([ThreadPoolExecutor, ProcessPoolExecutor])('toThread inside a task of a %o', (Pool) => {
  it('runs in place, at any depth, and so never waits for the worker it occupies', async () => {
    await using pool = new Pool({ maxWorkers: 1 });
    const threads = await Promise.all([pool.submit(nested, 3), pool.submit(nested, 3)]);
    expect(threads.flat()).toHaveLength(8);
    expect(new Set(threads.flat()).size).toBe(1);
    expect(pool.stats().workers).toBe(1);
  });

  it('can be cancelled before it starts, and times out while it waits', async () => {
    await using pool = new Pool({ maxWorkers: 1 });
    expect(await pool.submit(nestedOutcomes)).toMatch(
      /^not needed \| The task took longer than .*5 ms \| 9$/,
    );
  });

  it('ends with the task around it', async () => {
    await using pool = new Pool({ maxWorkers: 1 });
    const task = pool.submit(slow);
    await task.started;
    task.cancel();
    await rejectionOf(task);
    expect(await pool.submit(nested, 0)).toHaveLength(1);
  });
});
