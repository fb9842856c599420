import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { TimeoutError } from '@offloop/executor';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { beatForEver, spin, square, stopWhenAsked, waitFor } from './fixtures/queue.worker.mjs';
import { RedisServer } from './support/redisServer.ts';
import { rejectionOf, Setting, until } from './support/setting.ts';
import { TcpProxy } from './support/tcpProxy.ts';
import { fixtures } from './support/workerProcess.ts';

let redis: RedisServer;
let setting: Setting;
beforeAll(async () => {
  redis = await RedisServer.start();
});
afterAll(() => redis[Symbol.asyncDispose]());
beforeEach(async () => {
  setting = await Setting.make(redis);
});
afterEach(() => setting[Symbol.asyncDispose]());

/** Whether a file is written to while another task runs to its end on the same worker. */
async function isWrittenTo(path: string, work: () => Promise<unknown>): Promise<boolean> {
  const before = statSync(path).size;
  for (let round = 0; round < 20; round++) await work();
  return statSync(path).size > before;
}

describe('cancelling', () => {
  it('takes a task that waits out of the queue, on whichever machine it would have run', async () => {
    const executor = setting.executor();
    const task = executor.submit(waitFor, setting.log, setting.gate);
    await until(async () => (await executor.overview()).waiting === 1);
    task.cancel();
    expect(await rejectionOf(task)).toMatchObject({ code: 'ERR_TASK_CANCELLED' });
    await until(async () => (await executor.overview()).waiting === 0);
    await setting.worker();
    expect(await executor.submit(square, 3)).toBe(9);
    expect(setting.lines()).toEqual([]);
  });

  it('ends a task that runs in another process, and frees its CPU', async () => {
    await setting.worker();
    const executor = setting.executor();
    const controller = new AbortController();
    const task = executor.with({ signal: controller.signal }).submit(beatForEver, setting.log);
    await setting.whenLines(1);
    controller.abort(new Error('enough'));
    expect(await rejectionOf(task)).toMatchObject({ message: 'enough' });
    await until(async () => (await executor.overview()).active === 0);
    expect(await isWrittenTo(setting.log, () => executor.submit(square, 2))).toBe(false);
    expect(executor.stats()).toMatchObject({ cancelled: 1, running: 0 });
  });

  it('lets a cooperative task end by itself', async () => {
    await setting.worker();
    const executor = setting.executor();
    const task = executor
      .with({ onAbort: 'cooperative', graceMs: 30_000 })
      .submit(stopWhenAsked, setting.log);
    await setting.whenLines(1);
    task.cancel();
    await rejectionOf(task);
    expect(await setting.whenLines(2)).toEqual(['started', 'stopped']);
  });

  it('leaves an abandoned task alone', async () => {
    await setting.worker();
    const executor = setting.executor();
    const task = executor.with({ onAbort: 'abandon' }).submit(waitFor, setting.log, setting.gate);
    await setting.whenLines(1);
    task.cancel();
    await rejectionOf(task);
    await executor.submit(square, 1);
    expect((await executor.overview()).active).toBe(1);
    setting.openGate();
    await until(async () => (await executor.overview()).active === 0);
  });

  it.each(['timeout', 'runTimeout'])('ends a task whose %s is over', async (option) => {
    await setting.worker();
    const executor = setting.executor();
    const error = await rejectionOf(executor.with({ [option]: 300 }).submit(spin));
    expect(error).toBeInstanceOf(TimeoutError);
    expect(error).toMatchObject({ code: 'ERR_TASK_TIMEOUT' });
    await until(async () => (await executor.overview()).active === 0);
    expect(await executor.submit(square, 3)).toBe(9);
  });

  it('reaches a worker that was cut off when it was asked', async () => {
    const proxy = setting.own(await TcpProxy.open(redis.port));
    await setting.worker({ redis: proxy.url, args: ['--lock-duration', '60000'] });
    const executor = setting.executor();
    const task = executor.submit(beatForEver, setting.log);
    await setting.whenLines(1);
    proxy.cut();
    task.cancel();
    await rejectionOf(task);
    // What was asked is in Redis once the executor has nothing left to say.
    await executor.shutdown();
    proxy.mend();
    const observer = setting.executor();
    await until(async () => (await observer.overview()).active === 0);
  });

  it('holds for the worker that takes the task over', async () => {
    const first = await setting.worker();
    const executor = setting.executor();
    const task = executor.submit(waitFor, setting.log, setting.gate);
    await setting.whenLines(1);
    await first.end('SIGKILL');
    task.cancel();
    await rejectionOf(task);
    await setting.worker();
    await until(async () => (await executor.overview()).active === 0);
    expect(await executor.submit(square, 3)).toBe(9);
    expect(setting.lines()).toHaveLength(1);
  });
});

describe('a caller that dies', () => {
  it.each([
    ['drop', 0],
    ['keep', 1],
  ] as const)('has its tasks dealt with as onLostCaller says: %s', async (onLostCaller, runs) => {
    const script = `
      import { QueueExecutor } from '@offloop/executor-bullmq';
      import { append } from './queue.worker.mjs';
      const options = { onLostCaller: '${onLostCaller}', callerTtl: 300 };
      const executor = new QueueExecutor({ connection: '${redis.url}', queue: '${setting.queue}', ...options });
      void executor.submit(append, '${setting.log}', 'ran');
      while ((await executor.overview()).waiting === 0);
      process.kill(process.pid, 'SIGKILL');`;
    const caller = spawn(process.execPath, ['--input-type=module', '-e', script], {
      cwd: fixtures,
      stdio: 'inherit',
    });
    await once(caller, 'close');
    const executor = setting.executor();
    expect((await executor.overview()).waiting).toBe(1);
    await until(async () => (await callers(setting.queue)).length === 0);
    await setting.worker();
    expect(await executor.submit(square, 2)).toBe(4);
    await until(async () => (await executor.overview()).active === 0);
    expect(setting.lines()).toHaveLength(runs);
  });

  it('is told when it was only silent, and its tasks that run are stopped', async () => {
    await setting.worker();
    const proxy = setting.own(await TcpProxy.open(redis.port));
    const executor = setting.executor({ connection: proxy.url, onLostCaller: 'drop', callerTtl: 300 });
    const task = executor.submit(beatForEver, setting.log);
    await setting.whenLines(1);
    proxy.cut();
    const observer = setting.executor();
    await until(async () => (await observer.overview()).active === 0);
    proxy.mend();
    expect(await rejectionOf(task)).toMatchObject({ code: 'ERR_TASK_LOST' });
  });
});

async function callers(queue: string): Promise<string[]> {
  const client = new Redis(redis.url);
  const found = await client.keys(`bull:${queue}:offloop:caller:*`);
  client.disconnect();
  return found;
}
