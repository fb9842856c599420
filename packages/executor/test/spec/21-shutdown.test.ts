import {
  ExecutorShutdownError,
  ExecutorTerminatedError,
  ProcessPoolExecutor,
  ThreadPoolExecutor,
} from '@offloop/executor';
import { describe, expect, it } from 'vitest';
import { later, spin, square } from '../fixtures/basic.worker.mjs';
import { rejectionOf } from '../fixtures/outcome.ts';

describe.each([ThreadPoolExecutor, ProcessPoolExecutor])('shutdown of a %o', (Pool) => {
  it('runs everything queued, then ends the workers', async () => {
    const pool = new Pool({ maxWorkers: 2 });
    const tasks = Array.from({ length: 50 }, (_, index) => pool.submit(square, index));
    await pool.shutdown();
    expect(tasks.every((task) => task.state === 'fulfilled')).toBe(true);
    expect(pool.stats()).toMatchObject({ state: 'closed', workers: 0 });
  });

  it('refuses later tasks by rejecting, never by throwing', async () => {
    const pool = new Pool({ maxWorkers: 1 });
    await pool.shutdown();
    const error = await rejectionOf(pool.submit(square, 1));
    expect(error).toBeInstanceOf(ExecutorShutdownError);
    expect(error).toMatchObject({ code: 'ERR_EXECUTOR_SHUTDOWN' });
    expect(await rejectionOf(pool.prestart())).toBeInstanceOf(ExecutorShutdownError);
  });

  it('can be asked for twice', async () => {
    const pool = new Pool({ maxWorkers: 1 });
    await pool.submit(square, 1);
    await Promise.all([pool.shutdown(), pool.shutdown(), pool.shutdown({ cancelPending: true })]);
    expect(pool.stats().state).toBe('closed');
  });

  it('of a pool that never ran anything resolves', async () => {
    const pool = new Pool();
    await pool.shutdown();
    expect(pool.stats().state).toBe('closed');
  });

  it('with wait: false returns at once, and the queue is still drained', async () => {
    const pool = new Pool({ maxWorkers: 1 });
    const tasks = Array.from({ length: 5 }, (_, index) => pool.submit(later, 10, index));
    await pool.shutdown({ wait: false });
    expect(pool.stats().state).toBe('shutdown');
    expect(await Promise.all(tasks)).toEqual([0, 1, 2, 3, 4]);
  });

  it('with cancelPending cancels what has not started and finishes what has', async () => {
    const pool = new Pool({ maxWorkers: 1 });
    const running = pool.submit(later, 50, 'finished');
    const queued = Array.from({ length: 4 }, () => pool.submit(square, 1));
    await running.started;
    const outcomes = Promise.allSettled(queued);
    await pool.shutdown({ cancelPending: true });
    expect(await running).toBe('finished');
    expect((await outcomes).map(({ status }) => status)).toEqual(Array(4).fill('rejected'));
    expect(queued.map(({ state }) => state)).toEqual(Array(4).fill('cancelled'));
  });

  it.each(['terminate', 'force'] as const)('by %s ends running and queued tasks at once', async (how) => {
    const pool = new Pool({ maxWorkers: 1 });
    const tasks = [pool.submit(spin), pool.submit(square, 1)];
    await tasks[0]?.started;
    const outcomes = Promise.all(tasks.map((task) => rejectionOf(task)));
    await (how === 'terminate' ? pool.terminate() : pool.shutdown({ force: true }));
    for (const error of await outcomes) {
      expect(error).toBeInstanceOf(ExecutorTerminatedError);
      expect(error).toMatchObject({ code: 'ERR_EXECUTOR_TERMINATED' });
    }
    expect(pool.stats()).toMatchObject({ state: 'closed', workers: 0 });
  });

  it('with a timeout drains for so long, then ends the rest', async () => {
    const pool = new Pool({ maxWorkers: 1 });
    const [quick, endless] = [pool.submit(square, 3), pool.submit(spin)];
    const outcome = rejectionOf(endless);
    await endless.started;
    await pool.shutdown({ timeout: 100 });
    expect(await quick).toBe(9);
    expect(await outcome).toBeInstanceOf(ExecutorTerminatedError);
  });

  it('happens at the end of an await using scope', async () => {
    let outside: InstanceType<typeof Pool>;
    {
      await using pool = new Pool({ maxWorkers: 1 });
      outside = pool;
      void pool.submit(later, 20);
    }
    expect(outside.stats()).toMatchObject({ state: 'closed', done: 1 });
  });
});
