import { ThreadPoolExecutor, TimeoutError } from '@offloop/executor';
import { describe, expect, it } from 'vitest';
import { later, spin, square } from '../fixtures/basic.worker.mjs';
import { rejectionOf } from '../fixtures/outcome.ts';

describe('timeouts', () => {
  it('count from the submission: a task can time out in the queue', async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    const blocker = pool.submit(later, 200, 'unharmed');
    await blocker.started;
    const task = pool.with({ timeout: 20 }).submit(square, 1);
    const error = await rejectionOf(task);
    expect(error).toBeInstanceOf(TimeoutError);
    expect(error).toMatchObject({ name: 'TimeoutError', code: 'ERR_TASK_TIMEOUT' });
    expect(await task.started).toBe(false);
    expect(await blocker).toBe('unharmed');
  });

  it('count from the start with runTimeout: waiting is free', async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    await pool.submit(square, 1);
    const blocker = pool.submit(later, 150);
    const task = pool.with({ runTimeout: 100 }).submit(square, 5);
    expect(await task).toBe(25);
    await blocker;
    expect(await rejectionOf(pool.with({ runTimeout: 50 }).submit(spin))).toBeInstanceOf(TimeoutError);
    expect(await pool.submit(square, 2)).toBe(4);
  });

  it('of AbortSignal.timeout reject with its own reason', async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    const error = await rejectionOf(pool.with({ signal: AbortSignal.timeout(30) }).submit(spin));
    expect(error).toBeInstanceOf(DOMException);
    expect(error).toMatchObject({ name: 'TimeoutError' });
  });

  it('that are no durations reject with a RangeError', async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    expect(await rejectionOf(pool.with({ timeout: -1 }).submit(square, 1))).toBeInstanceOf(RangeError);
    expect(await rejectionOf(pool.with({ runTimeout: NaN }).submit(square, 1))).toBeInstanceOf(RangeError);
  });
});
