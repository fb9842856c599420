import { inspect } from 'node:util';
import { ThreadPoolExecutor, type TaskPromise } from '@offloop/executor';
import { afterAll, describe, expect, it } from 'vitest';
import { fail, multiply, sleepItem, waitForGate } from '../fixtures/cpython.worker.mjs';
import { Gate } from '../fixtures/gate.ts';
import { rejectionOf } from '../fixtures/outcome.ts';
import { runScript } from '../fixtures/runScript.ts';

const executor = new ThreadPoolExecutor({ maxWorkers: 1 });
afterAll(() => executor.terminate());

async function successful(): Promise<{ readonly task: TaskPromise<number> }> {
  const task = executor.submit(multiply, 5, 1);
  await task;
  return { task };
}

async function failed(): Promise<{ readonly task: TaskPromise<never> }> {
  const task = executor.submit(fail);
  await rejectionOf(task);
  return { task };
}

async function cancelled(): Promise<{ readonly task: TaskPromise<number> }> {
  const task = executor.submit(sleepItem, 60_000);
  task.cancel();
  await rejectionOf(task);
  return { task };
}

describe('FutureTests', () => {
  it('test_done_callback_with_result', async () => {
    const called: unknown[] = [];
    await executor.submit(multiply, 5, 1).then((value) => called.push(value));
    expect(called).toEqual([5]);
  });

  it('test_done_callback_with_exception', async () => {
    const called: unknown[] = [];
    await executor.submit(fail).catch((error: unknown) => called.push((error as Error).message));
    expect(called).toEqual(['123']);
  });

  it('test_done_callback_with_cancel', async () => {
    const task = executor.submit(sleepItem, 60_000);
    const called: unknown[] = [];
    const callback = task.catch((error: unknown) => called.push((error as Error).name));
    expect(task.cancel()).toBe(true);
    await callback;
    expect(called).toEqual(['AbortError']);
  });

  it('test_done_callback_raises', async () => {
    const task = executor.submit(multiply, 5, 1);
    const raising = task.then(() => {
      throw new Error('raises');
    });
    let other = false;
    await task.then(() => (other = true));
    expect(await rejectionOf(raising)).toMatchObject({ message: 'raises' });
    expect(other).toBe(true);
  });

  it('test_done_callback_already_successful', async () => {
    const { task } = await successful();
    expect(await task.then((value) => value)).toBe(5);
  });

  it('test_done_callback_already_failed', async () => {
    const { task } = await failed();
    expect(await task.catch((error: unknown) => (error as Error).message)).toBe('123');
  });

  it('test_done_callback_already_cancelled', async () => {
    const { task } = await cancelled();
    expect(await task.catch((error: unknown) => (error as Error).name)).toBe('AbortError');
  });

  it('test_done_callback_raises_already_succeeded', async () => {
    const { stderr, code } = await runScript(`
      import { toThread } from '@offloop/executor';
      import { multiply } from './cpython.worker.mjs';
      const task = toThread(multiply, 5, 1);
      await task;
      process.on('unhandledRejection', (error) => console.error('reported: ' + error.message));
      task.then(() => { throw new Error('doh!'); });`);
    expect({ stderr: stderr.trim(), code }).toEqual({ stderr: 'reported: doh!', code: 0 });
  });

  it('test_repr', async () => {
    using gate = new Gate();
    const running = executor.submit(waitForGate, gate.started, gate.gate, 7);
    const queued = executor.submit(multiply, 5, 1);
    await gate.whenStarted();
    expect(inspect(queued)).toMatch(/TaskPromise.*queued/);
    expect(inspect(running)).toMatch(/TaskPromise.*running/);
    gate.open();
    await Promise.all([running, queued]);
    expect(inspect(running)).toMatch(/TaskPromise.*fulfilled/);
    expect(inspect((await failed()).task)).toMatch(/TaskPromise.*rejected/);
    expect(inspect((await cancelled()).task)).toMatch(/TaskPromise.*cancelled/);
  });

  it('test_cancel', async () => {
    using gate = new Gate();
    const running = executor.submit(waitForGate, gate.started, gate.gate, 7);
    const queued = executor.submit(multiply, 5, 1);
    await gate.whenStarted();
    expect(queued.cancel()).toBe(true);
    expect(queued.cancel()).toBe(false);
    // Unlike in Python a running task can be cancelled.
    expect(running.cancel()).toBe(true);
    await Promise.allSettled([running, queued]);
    expect((await successful()).task.cancel()).toBe(false);
    expect((await failed()).task.cancel()).toBe(false);
    expect((await cancelled()).task.cancel()).toBe(false);
  });

  it('test_cancelled', async () => {
    expect((await cancelled()).task.state).toBe('cancelled');
    expect((await successful()).task.state).not.toBe('cancelled');
    expect((await failed()).task.state).not.toBe('cancelled');
  });

  it('test_done', async () => {
    const task = executor.submit(multiply, 5, 1);
    expect(['queued', 'running']).toContain(task.state);
    expect(await task).toBe(5);
    expect(task.state).toBe('fulfilled');
    expect((await failed()).task.state).toBe('rejected');
  });

  it('test_running', async () => {
    using gate = new Gate();
    const running = executor.submit(waitForGate, gate.started, gate.gate, 7);
    const queued = executor.submit(multiply, 5, 1);
    expect(await running.started).toBe(true);
    expect([running.state, queued.state]).toEqual(['running', 'queued']);
    gate.open();
    await Promise.all([running, queued]);
    expect(running.state).toBe('fulfilled');
  });

  it('test_result_with_timeout', async () => {
    const error = await rejectionOf(executor.with({ timeout: 20 }).submit(sleepItem, 60_000));
    expect(error).toMatchObject({ name: 'TimeoutError', code: 'ERR_TASK_TIMEOUT' });
    expect(await (await successful()).task).toBe(5);
  });

  it('test_result_with_success', async () => {
    using gate = new Gate();
    const task = executor.submit(waitForGate, gate.started, gate.gate, 42);
    gate.open();
    expect(await task).toBe(42);
  });

  it('test_result_with_cancel', async () => {
    const task = executor.submit(sleepItem, 60_000);
    const result = rejectionOf(task);
    task.cancel();
    expect(await result).toMatchObject({ name: 'AbortError', code: 'ERR_TASK_CANCELLED' });
  });

  it('test_exception_with_timeout', async () => {
    const task = executor.submit(sleepItem, 60_000);
    const signal = AbortSignal.timeout(20);
    const abandoned = new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => {
        reject(signal.reason as Error);
      });
    });
    expect(await rejectionOf(Promise.race([task, abandoned]))).toMatchObject({ name: 'TimeoutError' });
    expect(['queued', 'running']).toContain(task.state);
    task.cancel();
    await rejectionOf(task);
  });

  it('test_exception_with_success', async () => {
    expect(await rejectionOf(executor.submit(fail))).toBeInstanceOf(RangeError);
  });

  it('test_multiple_set_result', async () => {
    const task = executor.submit(multiply, 5, 1);
    expect(await task).toBe(5);
    // The worker's answer is final: what comes later changes nothing.
    expect(task.cancel(new Error('late'))).toBe(false);
    expect([await task, task.state]).toEqual([5, 'fulfilled']);
  });

  it('test_multiple_set_exception', async () => {
    const { task } = await failed();
    expect(task.cancel(new Error('late'))).toBe(false);
    expect(await rejectionOf(task)).toBeInstanceOf(RangeError);
    expect(task.state).toBe('rejected');
  });
});
