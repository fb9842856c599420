import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { ProcessPoolExecutor, ThreadPoolExecutor, type TaskEvent, type WorkerEvent } from '@offloop/executor';
import { measure } from '@offloop/executor/stats';
import { describe, expect, it } from 'vitest';
import { exit, fail, sleepFor, square } from '../fixtures/basic.worker.mjs';
import { rejectionOf } from '../fixtures/outcome.ts';

describe('diagnostics channels', () => {
  it('publish one object per task, from its submission to its end', async () => {
    const seen: [string, TaskEvent][] = [];
    const listeners = ['submit', 'start', 'end'].map((step) => {
      const listener = (message: unknown): void => void seen.push([step, message as TaskEvent]);
      subscribe(`offloop.executor.task.${step}`, listener);
      return [`offloop.executor.task.${step}`, listener] as const;
    });
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1, name: 'watched' });
    await pool.submit(square, 3);
    const failing = pool.submit(fail, 'x');
    const error = await rejectionOf(failing);
    for (const [name, listener] of listeners) unsubscribe(name, listener);
    expect(seen.map(([step]) => step)).toEqual(['submit', 'start', 'end', 'submit', 'start', 'end']);
    expect(new Set(seen.slice(0, 3).map(([, event]) => event)).size).toBe(1);
    const [first, second] = [seen[2]?.[1], seen[5]?.[1]];
    expect(first).toMatchObject({
      executor: 'watched',
      kind: 'thread',
      name: 'basic.worker#square',
      outcome: 'fulfilled',
    });
    expect(second).toMatchObject({ outcome: 'rejected' });
    expect(second?.error).toBe(error);
    expect(first?.submittedAt).toBeLessThanOrEqual(first?.startedAt ?? 0);
    expect(first?.startedAt).toBeLessThanOrEqual(first?.endedAt ?? 0);
  });

  it('publish the start and the end of workers', async () => {
    const ends: WorkerEvent[] = [];
    const listener = (message: unknown): void => void ends.push(message as WorkerEvent);
    subscribe('offloop.executor.worker.end', listener);
    const pool = new ThreadPoolExecutor({ maxWorkers: 1, name: 'crashing' });
    await rejectionOf(pool.submit(exit, 6));
    await pool.submit(square, 1);
    await pool.shutdown();
    unsubscribe('offloop.executor.worker.end', listener);
    const own = ends.filter(({ executor }) => executor === 'crashing');
    expect(own.map(({ crashed, exitCode }) => [crashed, exitCode])).toEqual([
      [true, 6],
      [false, 0],
    ]);
  });
});

describe('measure()', () => {
  it('has histograms of waiting and running, and counts', async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1, name: 'measured' });
    using meter = measure(pool);
    await Promise.all([pool.submit(sleepFor, 20), pool.submit(sleepFor, 20)]);
    await rejectionOf(pool.submit(fail, 'x'));
    const { wait, run, fulfilled, rejected, workersStarted } = meter.read();
    expect({ fulfilled, rejected, workersStarted }).toEqual({ fulfilled: 2, rejected: 1, workersStarted: 1 });
    expect(wait.count).toBe(3);
    expect(run.max).toBeGreaterThan(10);
    expect(wait.max).toBeGreaterThan(run.p50 / 2);
    meter.reset();
    expect(meter.read().run).toEqual({ count: 0, min: 0, mean: 0, p50: 0, p90: 0, p99: 0, max: 0 });
  });
});

describe.each([ThreadPoolExecutor, ProcessPoolExecutor])('utilization() of a %o', (Pool) => {
  it('tells for each worker how busy its loop has been', async () => {
    await using pool = new Pool({ maxWorkers: 1, name: 'busy' });
    await pool.submit(square, 1);
    const [worker] = await pool.utilization();
    expect(worker).toMatchObject({ name: 'busy-0', tasksDone: 1 });
    expect(worker?.utilization).toBeGreaterThanOrEqual(0);
    expect(worker?.utilization).toBeLessThanOrEqual(1);
  });
});
