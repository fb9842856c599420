import {
  BrokenExecutorError,
  ThreadPoolExecutor,
  WorkerCrashedError,
  WorkerExitError,
} from '@offloop/executor';
import { describe, expect, it } from 'vitest';
import { echo, exit, heapHog, lateThrow, square, throwWhileRunning } from '../fixtures/basic.worker.mjs';
import { exitInitialize } from '../fixtures/stateful.worker.mjs';
import { rejectionOf } from '../fixtures/outcome.ts';

describe('a thread that dies', () => {
  it('by process.exit() rejects its task with the exit code', async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    const error = await rejectionOf(pool.submit(exit, 7));
    expect(error).toBeInstanceOf(WorkerExitError);
    expect(error).toMatchObject({ code: 'ERR_WORKER_EXITED', exitCode: 7 });
    expect(pool.stats().crashed).toBe(1);
  });

  it('by an uncaught error rejects with that error as the cause', async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    const error = (await rejectionOf(pool.submit(throwWhileRunning))) as Error;
    expect(error).toBeInstanceOf(WorkerCrashedError);
    expect(error).toMatchObject({ code: 'ERR_WORKER_CRASHED', exitCode: 1 });
    expect(error.cause).toMatchObject({ message: 'uncaught' });
  });

  it('by its heap limit rejects with Node’s code as the cause, and only that task', async () => {
    await using pool = new ThreadPoolExecutor({
      maxWorkers: 1,
      resourceLimits: { maxOldGenerationSizeMb: 24, maxYoungGenerationSizeMb: 4 },
    });
    const hog = pool.submit(heapHog);
    const queued = pool.submit(square, 3);
    expect(((await rejectionOf(hog)) as Error).cause).toMatchObject({ code: 'ERR_WORKER_OUT_OF_MEMORY' });
    expect(await queued).toBe(9);
  });

  it('between tasks is replaced, and the next task runs', async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    expect(await pool.submit(lateThrow)).toBe('answered before');
    while (pool.stats().workers > 0) await new Promise((resolve) => setTimeout(resolve, 2));
    expect(await pool.submit(echo, 'next')).toBe('next');
    expect(pool.stats().crashed).toBe(1);
  });

  it('takes no other task with it, however many die', async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 2 });
    const tasks = Array.from({ length: 12 }, (_, index) =>
      pool.submit(index % 2 === 0 ? exit : square, index),
    );
    const outcomes = await Promise.allSettled(tasks);
    expect(outcomes.map(({ status }, index) => [index, status])).toEqual(
      tasks.map((_, index) => [index, index % 2 === 0 ? 'rejected' : 'fulfilled']),
    );
  });

  it('while starting, three times in a row, breaks the executor instead of starting for ever', async () => {
    const pool = new ThreadPoolExecutor({ maxWorkers: 1, initializer: exitInitialize });
    const tasks = [pool.submit(square, 1), pool.submit(square, 2)];
    for (const task of tasks) expect(await rejectionOf(task)).toBeInstanceOf(BrokenExecutorError);
    expect(pool.stats()).toMatchObject({ state: 'broken', crashed: 3, queued: 0 });
    expect(await rejectionOf(pool.submit(square, 3))).toMatchObject({ code: 'ERR_EXECUTOR_BROKEN' });
    await pool.shutdown();
  });
});
