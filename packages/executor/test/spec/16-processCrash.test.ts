import {
  BrokenExecutorError,
  ProcessPoolExecutor,
  ThreadPoolExecutor,
  WorkerCrashedError,
} from '@offloop/executor';
import { describe, expect, it } from 'vitest';
import { exit, heapHog, killMyself, later, square, throwWhileRunning } from '../fixtures/basic.worker.mjs';
import { rejectionOf } from '../fixtures/outcome.ts';

describe('a process that dies', () => {
  it.each(['SIGKILL', 'SIGSEGV', 'SIGABRT'])(
    'by %s rejects its task with the signal, and the queue goes on',
    async (signal) => {
      await using pool = new ProcessPoolExecutor({ maxWorkers: 1 });
      const doomed = pool.submit(killMyself, signal);
      const queued = pool.submit(square, 3);
      const error = await rejectionOf(doomed);
      expect(error).toBeInstanceOf(WorkerCrashedError);
      expect(error).toMatchObject({ code: 'ERR_WORKER_CRASHED', signal, exitCode: null });
      expect(await queued).toBe(9);
    },
  );

  it('by process.exit() rejects with the exit code', async () => {
    await using pool = new ProcessPoolExecutor({ maxWorkers: 1 });
    expect(await rejectionOf(pool.submit(exit, 5))).toMatchObject({ code: 'ERR_WORKER_EXITED', exitCode: 5 });
  });

  it('by an uncaught error rejects with that error as the cause', async () => {
    await using pool = new ProcessPoolExecutor({ maxWorkers: 1 });
    const error = (await rejectionOf(pool.submit(throwWhileRunning))) as Error;
    expect(error.cause).toBeInstanceOf(RangeError);
    expect(error.cause).toMatchObject({ message: 'uncaught' });
  });

  it('by its heap limit takes no other task with it', async () => {
    await using pool = new ProcessPoolExecutor({
      maxWorkers: 1,
      resourceLimits: { maxOldGenerationSizeMb: 32 },
    });
    expect(await rejectionOf(pool.submit(heapHog))).toBeInstanceOf(WorkerCrashedError);
    expect(await pool.submit(square, 2)).toBe(4);
  });
});

describe.each([ThreadPoolExecutor, ProcessPoolExecutor])(
  'with onCrash: break, as in Python, a death in a %o',
  (Pool) => {
    it('breaks the executor for every task', async () => {
      const pool = new Pool({ maxWorkers: 2, onCrash: 'break' });
      const tasks = [
        pool.submit(exit, 1),
        pool.submit(later, 5_000),
        ...[1, 2, 3, 4].map((value) => pool.submit(later, 5_000, value)),
      ];
      const errors = await Promise.all(tasks.map((task) => rejectionOf(task)));
      expect(errors.every((error) => error instanceof BrokenExecutorError)).toBe(true);
      expect((errors[0] as Error).cause).toBeInstanceOf(WorkerCrashedError);
      expect(await rejectionOf(pool.submit(square, 1))).toBeInstanceOf(BrokenExecutorError);
      await pool.shutdown();
      expect(pool.stats().workers).toBe(0);
    });
  },
);
