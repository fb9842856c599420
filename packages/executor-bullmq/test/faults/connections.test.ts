import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failTimes, square, waitFor } from '../fixtures/queue.worker.mjs';
import { rejectionOf, Setting, until } from '../support/setting.ts';
import { TcpProxy } from '../support/tcpProxy.ts';

let setting: Setting;
beforeEach(async () => {
  setting = await Setting.make();
});
afterEach(() => setting[Symbol.asyncDispose]());

describe('a queue survives', () => {
  it.each(['SIGKILL', 'SIGTERM'] as const)('Redis restarting after %s: nothing is lost', async (signal) => {
    await setting.worker();
    const executor = setting.executor({ reconcileInterval: 200 });
    const before = Array.from({ length: 20 }, (_, index) =>
      executor.submit(waitFor, setting.log, setting.gate, `task ${index}`),
    );
    await setting.whenLines(2);
    await setting.redis.stop(signal);
    const during = executor.submit(square, 7);
    await setting.redis.launch();
    setting.openGate();
    await Promise.all(before);
    expect(await during).toBe(49);
    expect(new Set(setting.lines())).toEqual(new Set(before.map((_, index) => `task ${index}`)));
    expect(executor.stats()).toMatchObject({ done: 21, failed: 0, queued: 0, running: 0 });
  });

  it("a caller's cut connection: results of that time arrive afterwards", async () => {
    await setting.worker();
    const proxy = setting.own(await TcpProxy.open(setting.redis.port));
    const executor = setting.executor({ connection: proxy.url });
    const tasks = [1, 2].map((number) =>
      executor.submit(waitFor, setting.log, setting.gate, `task ${number}`),
    );
    await setting.whenLines(2);
    proxy.cut();
    setting.openGate();
    const observer = setting.executor();
    const later = executor.submit(square, 3);
    await until(async () => (await observer.overview()).active === 0);
    proxy.mend();
    expect(await Promise.all(tasks)).toHaveLength(2);
    expect(await later).toBe(9);
  });

  it('events that were dropped while a caller was cut off: it looks for what has ended', async () => {
    await setting.worker();
    const proxy = setting.own(await TcpProxy.open(setting.redis.port));
    const executor = setting.executor({ connection: proxy.url, reconcileInterval: 100 });
    const failing = rejectionOf(executor.submit(failTimes, setting.file('runs'), 1));
    const task = executor.submit(waitFor, setting.log, setting.gate);
    await setting.whenLines(1);
    expect(await failing).toBeInstanceOf(RangeError);
    proxy.cut();
    setting.openGate();
    const observer = setting.executor();
    await until(async () => (await observer.overview()).active === 0);
    await withRedis((redis) => redis.xtrim(`bull:${setting.queue}:events`, 'MAXLEN', 0));
    proxy.mend();
    expect(await task).toBeGreaterThan(0);
  });

  it("a worker's cut connection for longer than its lock: the task is taken over and ends once", async () => {
    const proxy = setting.own(await TcpProxy.open(setting.redis.port));
    const cutOff = await setting.worker({ redis: proxy.url });
    const executor = setting.executor();
    const task = executor.submit(waitFor, setting.log, setting.gate);
    await setting.whenLines(1);
    proxy.cut();
    const other = await setting.worker();
    await setting.whenLines(2);
    proxy.mend();
    setting.openGate();
    expect(await task).toBe(other.pid);
    expect(setting.lines()).toEqual([String(cutOff.pid), String(other.pid)]);
    expect(executor.stats()).toMatchObject({ done: 1, failed: 0 });
    expect(await Promise.all([1, 2, 3, 4].map((n) => executor.submit(square, n)))).toEqual([1, 4, 9, 16]);
  });
});

describe('what Redis has lost', () => {
  it('is said to the caller instead of waited for', async () => {
    const executor = setting.executor({ reconcileInterval: 50 });
    const task = executor.submit(square, 2);
    await until(async () => (await executor.overview()).waiting === 1);
    await withRedis((redis) => redis.flushall());
    expect(await rejectionOf(task)).toMatchObject({ code: 'ERR_TASK_LOST', name: 'TaskLostError' });
  });
});

async function withRedis(use: (redis: Redis) => Promise<unknown>): Promise<void> {
  const redis = new Redis(setting.redis.url);
  await use(redis);
  redis.disconnect();
}
