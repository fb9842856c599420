import { asCompleted, type ProcessPoolExecutor, type ThreadPoolExecutor } from '@offloop/executor';
import { afterAll, describe, expect, it } from 'vitest';
import { answerAfter, fail, multiply, sleepItem, waitForGate } from '../fixtures/cpython.worker.mjs';
import { Gate } from '../fixtures/gate.ts';
import { isCollected } from '../fixtures/isCollected.mjs';
import { collect, rejectionOf } from '../fixtures/outcome.ts';
import { poolKinds } from '../fixtures/pools.ts';

// wait(return_when=…) are the combinators of Promise: race, all, allSettled.
describe.each(poolKinds)('WaitTests: %s', (_kind, Pool) => {
  const executor: ThreadPoolExecutor | ProcessPoolExecutor = new Pool({ maxWorkers: 3 });
  afterAll(() => executor.terminate());

  it('test_20369', async () => {
    const task = executor.submit(multiply, 1, 2);
    expect(await collect(asCompleted([task, task]))).toHaveLength(1);
  });

  it('test_first_completed', async () => {
    using gate = new Gate();
    const slow = executor.submit(waitForGate, gate.started, gate.gate, 'slow');
    expect(await Promise.race([executor.submit(multiply, 21, 2), slow])).toBe(42);
    expect(slow.state).toBe('running');
    gate.open();
    await slow;
  });

  it('test_first_completed_some_already_completed', async () => {
    const done = executor.submit(multiply, 1, 2);
    await done;
    const slow = executor.submit(sleepItem, 60_000);
    expect(await Promise.race([slow, done])).toBe(2);
    slow.cancel();
    await rejectionOf(slow);
  });

  it('test_first_exception', async () => {
    const slow = executor.submit(sleepItem, 60_000);
    const all = Promise.all([executor.submit(multiply, 2, 21), executor.submit(fail), slow]);
    expect(await rejectionOf(all)).toBeInstanceOf(RangeError);
    expect(slow.state).not.toBe('rejected');
    slow.cancel();
    await rejectionOf(slow);
  });

  it('test_first_exception_some_already_complete', async () => {
    const failed = executor.submit(fail);
    await rejectionOf(failed);
    const done = executor.submit(multiply, 1, 2);
    await done;
    const slow = executor.submit(sleepItem, 60_000);
    expect(await rejectionOf(Promise.all([done, slow, failed]))).toBeInstanceOf(RangeError);
    slow.cancel();
    await rejectionOf(slow);
  });

  it('test_first_exception_one_already_failed', async () => {
    const failed = executor.submit(fail);
    await rejectionOf(failed);
    const slow = executor.submit(sleepItem, 60_000);
    expect(await rejectionOf(Promise.all([failed, slow]))).toBeInstanceOf(RangeError);
    slow.cancel();
    await rejectionOf(slow);
  });

  it('test_all_completed', async () => {
    const cancelled = executor.submit(sleepItem, 60_000);
    cancelled.cancel();
    const tasks = [cancelled, executor.submit(fail), executor.submit(multiply, 2, 21)];
    const states = await Promise.allSettled(tasks);
    expect(states.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
    expect(tasks.map(({ state }) => state)).toEqual(['cancelled', 'rejected', 'fulfilled']);
  });

  it('test_timeout', async () => {
    const quick = executor.submit(multiply, 6, 7);
    await quick;
    const slow = executor.submit(sleepItem, 60_000);
    const done: unknown[] = [];
    const error = await rejectionOf(
      (async () => {
        for await (const { promise } of asCompleted([quick, slow], { timeout: 100 })) done.push(promise);
      })(),
    );
    expect(error).toMatchObject({ name: 'TimeoutError' });
    expect(done).toEqual([quick]);
    slow.cancel();
    await rejectionOf(slow);
  });

  it('test_pending_calls_race', async () => {
    using gate = new Gate();
    const tasks = Array.from({ length: 100 }, (_, index) =>
      executor.submit(waitForGate, gate.started, gate.gate, index),
    );
    const completed = collect(asCompleted(tasks));
    await gate.whenStarted();
    gate.open();
    expect(await completed).toHaveLength(100);
  });
});

describe.each(poolKinds)('AsCompletedTests: %s', (_kind, Pool) => {
  const executor: ThreadPoolExecutor | ProcessPoolExecutor = new Pool({ maxWorkers: 3 });
  afterAll(() => executor.terminate());

  it('test_no_timeout', async () => {
    const cancelled = executor.submit(sleepItem, 60_000);
    cancelled.cancel();
    const tasks = [cancelled, executor.submit(multiply, 2, 21), executor.submit(multiply, 7, 6)];
    const completed = await collect(asCompleted(tasks));
    expect(new Set(completed.map(({ promise }) => promise))).toEqual(new Set(tasks));
    expect(completed).toHaveLength(3);
  });

  it.each(['test_zero_timeout', 'test_future_times_out'])('%s', async () => {
    const done = executor.submit(multiply, 1, 2);
    await done;
    const slow = executor.submit(sleepItem, 60_000);
    const seen: unknown[] = [];
    const error = await rejectionOf(
      (async () => {
        for await (const { promise } of asCompleted([done, slow], { timeout: 0 })) seen.push(promise);
      })(),
    );
    expect(error).toMatchObject({ name: 'TimeoutError' });
    expect(seen).toEqual([done]);
    slow.cancel();
    await rejectionOf(slow);
  });

  it('test_duplicate_futures', async () => {
    const task = executor.submit(answerAfter, 'once', 20);
    expect(await collect(asCompleted(Array.from({ length: 10 }, () => task)))).toHaveLength(1);
  });

  it('test_free_reference_yielded_future', async () => {
    expect(await isCollected(await completeAndForget())).toBe(true);

    async function completeAndForget(): Promise<WeakRef<object>> {
      const iterator = asCompleted([executor.submit(answerAfter, { large: 'thing' }, 1)]);
      const { value } = await iterator.next();
      if (value?.status !== 'fulfilled') throw new Error('The task failed');
      return new WeakRef(value.value);
    }
  });

  it('test_correct_timeout_exception_msg', async () => {
    const tasks = [0, 1, 60_000, 60_000].map((ms) => executor.submit(sleepItem, ms));
    await Promise.all(tasks.slice(0, 2));
    const error = await rejectionOf(collect(asCompleted(tasks, { timeout: 10 })));
    expect((error as Error).message).toBe('2 (of 4) futures unfinished');
    for (const task of tasks.slice(2)) task.cancel();
    await Promise.allSettled(tasks);
  });
});
