import { QueueExecutor, QueueWorker, WorkersLostError } from '@offloop/executor-bullmq';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { computeUntil, killWorker, square, waitFor } from '../fixtures/queue.worker.mjs';
import { rejectionOf, Setting, until } from '../support/setting.ts';
import { fixtures } from '../support/workerProcess.ts';

let setting: Setting;
beforeEach(async () => {
  setting = await Setting.make();
});
afterEach(() => setting[Symbol.asyncDispose]());

describe('a queue survives', () => {
  it('a worker machine that dies: another one takes the task over', async () => {
    const [first, second] = await Promise.all([setting.worker(), setting.worker()]);
    const task = setting.executor().submit(waitFor, setting.log, setting.gate);
    const [pid = ''] = await setting.whenLines(1);
    const [doomed, heir] = Number(pid) === first.pid ? [first, second] : [second, first];
    await doomed.end('SIGKILL');
    setting.openGate();
    expect(await task).toBe(heir.pid);
    expect(setting.lines()).toEqual([String(doomed.pid), String(heir.pid)]);
  });

  it('a task that computes for much longer than a lock lasts: it runs once', async () => {
    const workers = await Promise.all([setting.worker(), setting.worker()]);
    const task = setting.executor().submit(computeUntil, setting.log, setting.gate);
    await setting.whenLines(1);
    // Three checks for stalled tasks, each half a lock apart: two are enough to take a task whose lock has expired.
    await checksForStalled(3);
    setting.openGate();
    expect(workers.map(({ pid }) => pid)).toContain(await task);
    expect(setting.lines()).toHaveLength(1);
  });

  it('a task that kills its workers: it fails after its tries, and the queue goes on', async () => {
    const executor = setting.executor();
    const poison = rejectionOf(executor.submit(killWorker, setting.log));
    for (let tries = 0; tries < 3; tries++) {
      const worker = await setting.worker({ args: ['--max-lost', '2'] });
      await worker.whenEnded();
    }
    await setting.worker({ args: ['--max-lost', '2'] });
    const error = await poison;
    expect(error).toBeInstanceOf(WorkersLostError);
    expect(error).toMatchObject({ code: 'ERR_WORKERS_LOST' });
    expect(setting.lines()).toHaveLength(3);
    expect(await executor.submit(square, 5)).toBe(25);
  });

  it('a worker that is told to end: its tasks go back at once', async () => {
    const first = await setting.worker({ args: ['--grace', '0', '--lock-duration', '60000'] });
    const task = setting.executor().submit(waitFor, setting.log, setting.gate);
    await setting.whenLines(1);
    const second = await setting.worker();
    expect(await first.end('SIGTERM')).toBe(0);
    setting.openGate();
    expect(await task).toBe(second.pid);
  });

  it('a worker that is told to end and has time: it finishes what it runs', async () => {
    const first = await setting.worker();
    const task = setting.executor().submit(waitFor, setting.log, setting.gate);
    await setting.whenLines(1);
    const ended = first.end('SIGTERM');
    setting.openGate();
    expect(await task).toBe(first.pid);
    expect(await ended).toBe(0);
  });
});

describe('a worker that fetched ahead', () => {
  it('gives back what waits behind a long task: another worker runs it', async () => {
    const args = ['--concurrency', '1', '--lock-duration', '60000'];
    const first = await setting.worker({ args });
    const executor = setting.executor();
    // Short tasks, so many that the worker fetches ahead.
    for (let value = 0; value < 100; value++) await executor.submit(square, value);
    const long = executor.submit(waitFor, setting.log, setting.gate);
    const behind = [1, 2, 3].map((value) => executor.submit(square, value));
    await setting.whenLines(1);
    await setting.worker({ args });
    expect(await Promise.all(behind)).toEqual([1, 4, 9]);
    setting.openGate();
    expect(await long).toBe(first.pid);
  });
});

describe('classes instead of the program', () => {
  it('run workers inside any process', async () => {
    const connection = setting.redis.url;
    const options = {
      connection,
      queue: setting.queue,
      concurrency: 1,
      tasks: '*.worker.mjs',
      cwd: fixtures,
    };
    await using worker = new QueueWorker(options);
    await worker.ready;
    await using executor = new QueueExecutor({ connection, queue: setting.queue });
    expect(await executor.submit(square, 4)).toBe(16);
    expect(worker.stats()).toMatchObject({ running: 0 });
  });
});

/** Waits until workers have looked so many times for tasks whose lock has expired. */
async function checksForStalled(count: number): Promise<void> {
  const redis = new Redis(setting.redis.url);
  const seen = new Set<string | null>();
  const key = `bull:${setting.queue}:stalled-check`;
  await until(async () => seen.add(await redis.get(key)).size > count);
  redis.disconnect();
}
