import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { append, failTimes, waitFor } from './fixtures/queue.worker.mjs';
import { RedisServer } from './support/redisServer.ts';
import { rejectionOf, Setting, until } from './support/setting.ts';

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

describe('an idempotency key', () => {
  it('makes tasks of two callers one, while it runs and afterwards', async () => {
    await setting.worker();
    const [first, second] = [setting.executor(), setting.executor()];
    const one = first.with({ key: 'a' }).submit(waitFor, setting.log, setting.gate, 'ran');
    await setting.whenLines(1);
    const other = second.with({ key: 'a' }).submit(waitFor, setting.log, setting.gate, 'ran');
    setting.openGate();
    expect(await one).toBe(await other);
    const later = await setting
      .executor()
      .with({ key: 'a' })
      .submit(waitFor, setting.log, setting.gate, 'ran');
    expect(later).toBe(await one);
    expect(setting.lines()).toEqual(['ran']);
  });

  it('is one per function: another one with the same key runs', async () => {
    await setting.worker();
    const keyed = setting.executor().with({ key: 'b' });
    setting.openGate();
    await keyed.submit(append, setting.log, 'append');
    await keyed.submit(waitFor, setting.log, setting.gate, 'waitFor');
    expect(setting.lines()).toEqual(['append', 'waitFor']);
  });

  it('gives each caller a value of its own', async () => {
    await setting.worker();
    const keyed = setting.executor().with({ key: 'c' });
    const results = await Promise.all([1, 2, 3].map(() => keyed.submit(append, setting.log, 'x')));
    expect(results).toEqual(['x', 'x', 'x']);
    expect(setting.lines()).toEqual(['x']);
  });

  it('keeps no failure: the next submission runs again', async () => {
    await setting.worker();
    const keyed = setting.executor().with({ key: 'd' });
    expect(await rejectionOf(keyed.submit(failTimes, setting.file('runs'), 1))).toBeInstanceOf(RangeError);
    expect(await keyed.submit(failTimes, setting.file('runs'), 1)).toBe(2);
  });

  it('lets one caller cancel while the task goes on for the other', async () => {
    await setting.worker();
    const [first, second] = [setting.executor(), setting.executor()];
    const one = first.with({ key: 'e' }).submit(waitFor, setting.log, setting.gate, 'ran');
    await setting.whenLines(1);
    const other = second.with({ key: 'e' }).submit(waitFor, setting.log, setting.gate, 'ran');
    await until(async () => (await waiters()) === 2);
    one.cancel(new Error('not me'));
    expect(await rejectionOf(one)).toMatchObject({ message: 'not me' });
    await first.shutdown();
    setting.openGate();
    expect(await other).toBeGreaterThan(0);
    expect(setting.lines()).toEqual(['ran']);
  });

  it('answers a caller that joins while the only other one leaves', async () => {
    await setting.worker();
    const [first, second] = [setting.executor(), setting.executor()];
    const one = first.with({ key: 'g' }).submit(waitFor, setting.log, setting.gate, 'ran');
    await setting.whenLines(1);
    // Connected before, so that both messages leave at the same moment.
    await second.submit(append, setting.file('other'), 'connected');
    setting.openGate();
    one.cancel(new Error('leaving'));
    const other = second.with({ key: 'g' }).submit(waitFor, setting.log, setting.gate, 'ran');
    await rejectionOf(one);
    expect(await other).toBeGreaterThan(0);
  });

  it('runs again after its only caller cancelled it', async () => {
    await setting.worker();
    const executor = setting.executor();
    const one = executor.with({ key: 'f' }).submit(waitFor, setting.log, setting.gate, 'first');
    await setting.whenLines(1);
    one.cancel(new Error('stop'));
    await rejectionOf(one);
    await until(async () => (await executor.overview()).active === 0);
    setting.openGate();
    expect(
      await executor.with({ key: 'f' }).submit(waitFor, setting.log, setting.gate, 'second'),
    ).toBeGreaterThan(0);
    expect(setting.lines()).toEqual(['first', 'second']);
  });
});

/** Callers of which Redis knows that they wait for a task with a key. */
async function waiters(): Promise<number> {
  const client = new Redis(redis.url);
  const [key] = await client.keys(`bull:${setting.queue}:offloop:waiters:*`);
  const count = key === undefined ? 0 : await client.scard(key);
  client.disconnect();
  return count;
}
