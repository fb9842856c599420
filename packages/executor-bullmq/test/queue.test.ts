import { execFile } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { promisify } from 'node:util';
import { DataCloneError, QueueFullError, runInExecutor, type TaskEvent } from '@offloop/executor';
import { measure } from '@offloop/executor/stats';
import { PayloadTooLargeError, QueueExecutor } from '@offloop/executor-bullmq';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  append,
  echo,
  failTimes,
  port,
  report,
  requestId,
  requests,
  square,
  waitFor,
  zeros,
} from './fixtures/queue.worker.mjs';
import { RedisServer } from './support/redisServer.ts';
import { rejectionOf, Setting, until } from './support/setting.ts';
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

describe('what crosses', () => {
  it('keeps its type, both ways', async () => {
    await setting.worker();
    const values = [
      new Map([['key', new Set([1, 2])]]),
      new Date(5),
      12n,
      /x/gi,
      new Float64Array([1.5]),
      { bytes: Buffer.from('abc'), nested: [Buffer.from('d')] },
      new RangeError('as a value'),
      undefined,
      NaN,
    ];
    expect(await setting.executor().submit(echo, values)).toEqual(values);
  });

  it('is fetched when it is too large to be announced', async () => {
    await setting.worker();
    const executor = setting.executor();
    const sizes = [1, 3_000, 3_100, 200_000];
    const results = await Promise.all(sizes.map((size) => executor.submit(zeros, size)));
    expect(results.map((result) => [Buffer.isBuffer(result), result.length])).toEqual(
      sizes.map((size) => [true, size]),
    );
  });

  it('may be as large as maxPayload, and what is larger is refused with a hint', async () => {
    await setting.worker({ args: ['--max-payload', '2000'] });
    const executor = setting.executor({ maxPayload: 1_000 });
    const tooMuch = await rejectionOf(executor.submit(echo, 'x'.repeat(1_000)));
    expect(tooMuch).toBeInstanceOf(PayloadTooLargeError);
    expect(tooMuch).toMatchObject({
      code: 'ERR_PAYLOAD_TOO_LARGE',
      message: expect.stringMatching(
        /arguments of the task take 1\d\d\d bytes; maxPayload is 1000\. .* pass a reference/,
      ) as string,
    });
    const result = await rejectionOf(executor.submit(zeros, 2_000));
    expect(result).toBeInstanceOf(PayloadTooLargeError);
    expect(result).toMatchObject({ message: expect.stringContaining('result of the task takes') as string });
    expect(await executor.submit(zeros, 1_900)).toHaveLength(1_900);
  });

  it('names the part of a result that cannot', async () => {
    await setting.worker();
    const error = await rejectionOf(setting.executor().submit(port));
    expect(error).toBeInstanceOf(DataCloneError);
    expect(error).toMatchObject({ code: 'ERR_DATA_CLONE', path: 'result.list[0].port' });
  });

  it('includes the stores of propagate()', async () => {
    await setting.worker();
    const executor = setting.executor();
    expect(await requests.run({ id: 'r-1' }, () => executor.submit(requestId))).toBe('r-1');
    expect(await executor.submit(requestId)).toBeUndefined();
    const without = executor.with({ context: false });
    expect(await requests.run({ id: 'r-2' }, () => without.submit(requestId))).toBeUndefined();
  });

  it('shows stacks of both sides and nothing in between', async () => {
    await setting.worker();
    const error = (await rejectionOf(setting.executor().submit(failTimes, setting.file('runs'), 1))) as Error;
    expect(error.stack).toMatch(
      /^RangeError: run 1 failed\n +at .*queue\.worker\.mjs:\d+:\d+\)?\n +at \[submitted from\]\n/,
    );
    expect(error.stack).toContain('queue.test.ts');
    expect(error.stack).not.toContain('taskHost');
  });
});

describe('progress', () => {
  it('arrives while the task runs: the newest value, and the last before the result', async () => {
    await setting.worker();
    const task = setting.executor().submit(report, setting.gate, 5_000);
    const seen: unknown[] = [];
    for await (const value of task.progress) {
      seen.push((value as { readonly number: unknown }).number);
      if (seen.at(-1) === 5_000) setting.openGate();
    }
    await task;
    expect(seen.at(-2)).toBe(5_000);
    expect(seen.at(-1)).toBe('last');
    // Thousands of reports are a handful on the network.
    expect(seen.length).toBeLessThan(100);
  });

  it('is all there is of streams: stream() says so', () => {
    expect(() => setting.executor().stream(echo, [1])).toThrow(/cannot stream/);
  });
});

describe('retries', () => {
  it('are off unless asked for', async () => {
    await setting.worker();
    const error = await rejectionOf(setting.executor().submit(failTimes, setting.file('runs'), 1));
    expect(error).toMatchObject({ message: 'run 1 failed' });
  });

  it.each([undefined, 1, { type: 'exponential', delay: 1 }] as const)(
    'run the task again, with backoff %j',
    async (backoff) => {
      await setting.worker();
      const retried = setting.executor().with({ retries: 2, ...(backoff !== undefined && { backoff }) });
      expect(await retried.submit(failTimes, setting.file('two'), 2)).toBe(3);
      expect(await rejectionOf(retried.submit(failTimes, setting.file('three'), 3))).toMatchObject({
        message: 'run 3 failed',
      });
    },
  );
});

describe('the order of tasks', () => {
  it('is that of their submission, and priorities come after what has none', async () => {
    const executor = setting.executor();
    const submit = (priority: number | undefined, text: string): Promise<string> =>
      executor.with(priority === undefined ? {} : { priority }).submit(append, setting.log, text);
    const tasks = [
      submit(5, 'late'),
      submit(1, 'soon'),
      submit(undefined, 'first'),
      submit(undefined, 'second'),
      submit(1, 'soon too'),
    ];
    await until(async () => (await executor.overview()).waiting === 5);
    await setting.worker({ args: ['--concurrency', '1'] });
    await Promise.all(tasks);
    expect(setting.lines()).toEqual(['first', 'second', 'soon', 'soon too', 'late']);
  });
});

describe('a slow consumer', () => {
  it('makes submit reject when maxQueue tasks wait, until there is room', async () => {
    const executor = setting.executor({ maxQueue: 2 });
    const tasks = [executor.submit(square, 1), executor.submit(square, 2)];
    expect(await rejectionOf(executor.submit(square, 3))).toBeInstanceOf(QueueFullError);
    const room = executor.ready();
    await setting.worker();
    await room;
    expect(await Promise.all([...tasks, executor.submit(square, 4)])).toEqual([1, 4, 16]);
  });

  it('makes submit wait in line with onFull wait: Redis never holds more', async () => {
    const executor = setting.executor({ maxQueue: 2, onFull: 'wait' });
    const texts = Array.from({ length: 8 }, (_, index) => String(index));
    const tasks = texts.map((text) => executor.submit(append, setting.log, text));
    const dropped = tasks[5]!;
    dropped.cancel();
    await rejectionOf(dropped);
    await until(async () => (await executor.overview()).waiting === 2);
    expect(executor.stats().queued).toBe(7);
    await setting.worker({ args: ['--concurrency', '1'] });
    await Promise.allSettled(tasks);
    expect(setting.lines()).toEqual(texts.filter((text) => text !== '5'));
  });
});

describe('what can be seen', () => {
  it('are counts of this executor, and of the whole queue', async () => {
    const worker = await setting.worker();
    const executor = setting.executor({ name: 'reports' });
    const task = executor.submit(waitFor, setting.log, setting.gate);
    expect(await task.started).toBe(true);
    expect(executor.stats()).toMatchObject({
      name: 'reports',
      kind: 'queue',
      state: 'open',
      queued: 0,
      running: 1,
      submitted: 1,
    });
    const { active, workers } = await executor.overview();
    expect(active).toBe(1);
    expect(workers).toEqual([expect.objectContaining({ pid: worker.pid, concurrency: 2 })]);
    setting.openGate();
    await task;
    await executor.shutdown();
    expect(executor.stats()).toMatchObject({ state: 'closed', done: 1, running: 0 });
  });

  it('are the events of every executor', async () => {
    await setting.worker();
    const executor = setting.executor({ name: 'seen' });
    const ended: TaskEvent[] = [];
    const hear = (event: unknown): void => void ended.push(event as TaskEvent);
    subscribe('offloop.executor.task.end', hear);
    using meter = measure(executor);
    await executor.submit(square, 2);
    await rejectionOf(executor.submit(failTimes, setting.file('runs'), 1));
    unsubscribe('offloop.executor.task.end', hear);
    expect(ended.map(({ kind, name, outcome }) => [kind, name, outcome])).toEqual([
      ['queue', 'queue.worker#square', 'fulfilled'],
      ['queue', 'queue.worker#failTimes', 'rejected'],
    ]);
    expect(meter.read()).toMatchObject({ fulfilled: 1, rejected: 1, run: { count: 2 } });
  });
});

describe('a program', () => {
  it.each([
    ['that never used its executor', ''],
    ['whose executor is idle', 'console.log(await executor.submit(square, 3));'],
  ])('%s ends by itself', async (_what, use) => {
    await setting.worker();
    const script = `
      import { QueueExecutor } from '@offloop/executor-bullmq';
      import { square } from './queue.worker.mjs';
      const executor = new QueueExecutor({ connection: '${redis.url}', queue: '${setting.queue}' });
      ${use}`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
      cwd: fixtures,
    });
    expect(stdout.trim()).toBe(use === '' ? '' : '9');
  });

  it('is held by a task that has not ended, also when nobody awaits it', async () => {
    await setting.worker();
    const script = `
      const { QueueExecutor } = require('@offloop/executor-bullmq');
      import('./queue.worker.mjs').then(({ append }) => {
        const executor = new QueueExecutor({ connection: '${redis.url}', queue: '${setting.queue}' });
        executor.submit(append, '${setting.log}', 'ran').then(() => console.log('ended'));
      });`;
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', script], { cwd: fixtures });
    expect(stdout.trim()).toBe('ended');
    expect(setting.lines()).toEqual(['ran']);
  });

  it('is taken by runInExecutor like any executor', async () => {
    await setting.worker();
    const queue = setting.executor();
    expect(await runInExecutor(queue, square, 12)).toBe(144);
  });
});

describe('options', () => {
  it.each([
    [{ queue: 'a:b' }, 'queue must be a name without ":"'],
    [{ maxQueue: 0 }, 'maxQueue must be a whole number of at least 1; got 0'],
    [{ onFull: 'drop' as never }, "onFull must be one of 'reject', 'wait'; got drop"],
    [{ retries: -1 }, 'retries must be a whole number of at least 0; got -1'],
    [
      { backoff: { type: 'linear' as never, delay: 1 } },
      "backoff.type must be one of 'fixed', 'exponential'; got linear",
    ],
    [{ priority: 3_000_000 }, 'priority must be 2097151 or less; got 3000000'],
  ])('out of range throw where they are given: %j', (options, message) => {
    expect(() => new QueueExecutor({ connection: redis.url, queue: 'q', ...options })).toThrow(message);
  });

  it('of a submission reject', async () => {
    const executor = setting.executor();
    expect(await rejectionOf(executor.with({ key: '' }).submit(square, 1))).toBeInstanceOf(TypeError);
    expect(await rejectionOf(executor.with({ timeout: -1 }).submit(square, 1))).toBeInstanceOf(RangeError);
  });
});
