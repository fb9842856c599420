import { getEventListeners } from 'node:events';
import { TaskCancelledError, ThreadPoolExecutor } from '@offloop/executor';
import { describe, expect, it } from 'vitest';
import { countCalls, later } from '../fixtures/basic.worker.mjs';
import { rejectionOf } from '../fixtures/outcome.ts';
import { runScript } from '../fixtures/runScript.ts';

describe('cancelling a task in the queue', () => {
  it('keeps it from ever running', async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    const blocker = pool.submit(later, 50);
    const tasks = Array.from({ length: 5 }, () => pool.submit(countCalls));
    expect(tasks[1]?.cancel()).toBe(true);
    expect(tasks[3]?.cancel()).toBe(true);
    const outcomes = await Promise.allSettled(tasks);
    await blocker;
    expect(outcomes.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
    expect(await pool.submit(countCalls)).toBe(4);
  });

  it('rejects with an AbortError that has a code, or with the reason given', async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    const [plain, reasoned] = [pool.submit(countCalls), pool.submit(countCalls)];
    plain.cancel();
    reasoned.cancel('because');
    const error = await rejectionOf(plain);
    expect(error).toBeInstanceOf(TaskCancelledError);
    expect(error).toMatchObject({ name: 'AbortError', code: 'ERR_TASK_CANCELLED' });
    expect(await rejectionOf(reasoned)).toBe('because');
  });

  it('leaves no listener on the signal, whatever the outcome', async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    const { signal } = new AbortController();
    const bound = pool.with({ signal });
    const tasks = [bound.submit(countCalls), bound.submit(countCalls)];
    expect(getEventListeners(signal, 'abort')).toHaveLength(2);
    tasks[1]?.cancel();
    await Promise.allSettled(tasks);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  it('may share one signal with any number of tasks', async () => {
    const { stdout, stderr } = await runScript(`
      import { toThread } from '@offloop/executor';
      import { spin } from './basic.worker.mjs';
      const controller = new AbortController();
      const tasks = Array.from({ length: 200 }, () => toThread.with({ signal: controller.signal })(spin));
      await tasks[0].started;
      controller.abort('all of you');
      const reasons = (await Promise.allSettled(tasks)).map(({ reason }) => reason);
      console.log(reasons.length, new Set(reasons));`);
    expect({ stdout: stdout.trim(), stderr }).toEqual({ stdout: "200 Set(1) { 'all of you' }", stderr: '' });
  });
});
