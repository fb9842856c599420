import { threadId } from 'node:worker_threads';
import {
  getDefaultExecutor,
  runInExecutor,
  setDefaultExecutor,
  shutdownDefaultExecutor,
  ThreadPoolExecutor,
  toThread,
} from '@offloop/executor';
import { afterAll, describe, expect, it } from 'vitest';
import { answerAfter, fail, multiply, note, sleepItem, worker } from '../fixtures/cpython.worker.mjs';
import { Gate } from '../fixtures/gate.ts';
import { rejectionOf } from '../fixtures/outcome.ts';
import { currentRequest, requestStorage } from '../fixtures/stateful.worker.mjs';

afterAll(() => shutdownDefaultExecutor());

describe('ToThreadTests', () => {
  it('test_to_thread', async () => {
    expect(await toThread(multiply, 20, 2)).toBe(40);
  });

  it('test_to_thread_exception', async () => {
    expect(await rejectionOf(toThread(fail))).toMatchObject({ name: 'RangeError', message: '123' });
  });

  it('test_to_thread_once', async () => {
    using gate = new Gate();
    await toThread(note, gate.log, 'called');
    expect(gate.lines()).toEqual(['called']);
  });

  it('test_to_thread_concurrent', async () => {
    using gate = new Gate();
    await Promise.all(Array.from({ length: 10 }, (_, index) => toThread(note, gate.log, String(index))));
    expect(new Set(gate.lines()).size).toBe(10);
  });

  it('test_to_thread_contextvars', async () => {
    const id = await requestStorage.run({ id: 'parrot' }, () => toThread(currentRequest));
    expect(id).toBe('parrot');
  });
});

describe('EventLoopTests', () => {
  it('test_run_in_executor', async () => {
    const place = await runInExecutor(null, worker);
    expect(place).not.toBe(`${String(process.pid)}/${String(threadId)}`);
    expect(await runInExecutor(null, answerAfter, 'yo', 1)).toBe('yo');
  });

  it('test_run_in_executor_cancel', async () => {
    await using executor = new ThreadPoolExecutor({ maxWorkers: 1 });
    const task = runInExecutor(executor, sleepItem, 60_000);
    await task.started;
    task.cancel();
    // Nothing may come after the end: no late call, no unhandled rejection.
    expect(await rejectionOf(task)).toMatchObject({ name: 'AbortError' });
    await executor.shutdown();
  });

  it('test_set_default_executor', async () => {
    const executor = new ThreadPoolExecutor({ maxWorkers: 1 });
    const before = setDefaultExecutor(executor);
    expect(getDefaultExecutor()).toBe(executor);
    expect(await toThread(multiply, 6, 7)).toBe(42);
    expect(executor.stats().done).toBe(1);
    setDefaultExecutor(before);
    await executor.shutdown();
  });

  it('test_set_default_executor_error', () => {
    expect(() => setDefaultExecutor('not an executor' as never)).toThrow(TypeError);
  });

  it('test_shutdown_default_executor_timeout', async () => {
    setDefaultExecutor(undefined);
    const task = toThread(sleepItem, 60_000);
    await task.started;
    const outcome = rejectionOf(task);
    await shutdownDefaultExecutor({ timeout: 10 });
    expect(await outcome).toMatchObject({ code: 'ERR_EXECUTOR_TERMINATED' });
  });
});
