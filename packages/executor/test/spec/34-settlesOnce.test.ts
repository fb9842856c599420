import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { ProcessPoolExecutor, ThreadPoolExecutor, type TaskEvent } from '@offloop/executor';
import { describe, expect, it } from 'vitest';
import { later, lateThrow, square } from '../fixtures/basic.worker.mjs';

describe.each([ThreadPoolExecutor, ProcessPoolExecutor])('a task of a %o', (Pool) => {
  it('ends once, however many reasons to end meet', async () => {
    const pool = new Pool({ maxWorkers: 2, maxTasksPerWorker: 3 });
    const ends = new Map<number, number>();
    const listener = (message: unknown): void => {
      const { executor, id } = message as TaskEvent;
      if (executor === pool.name) ends.set(id, (ends.get(id) ?? 0) + 1);
    };
    subscribe('offloop.executor.task.end', listener);
    const controller = new AbortController();
    const hurried = pool.with({ signal: controller.signal, timeout: 30, runTimeout: 30 });
    const tasks = Array.from({ length: 40 }, (_, index) =>
      index % 4 === 0 ? pool.submit(square, index) : hurried.submit(later, index % 3),
    );
    for (const task of tasks.filter((_task, index) => index % 5 === 0)) task.cancel('cancelled');
    setTimeout(() => {
      controller.abort('aborted');
      controller.abort('twice');
    }, 30);
    await Promise.allSettled(tasks);
    for (const task of tasks) expect(task.cancel()).toBe(false);
    await pool.shutdown({ timeout: 1_000 });
    unsubscribe('offloop.executor.task.end', listener);
    expect([...ends.values()]).toEqual(Array<number>(40).fill(1));
  });

  it('stays fulfilled when its worker dies right after the answer', async () => {
    await using pool = new Pool({ maxWorkers: 1 });
    const task = pool.submit(lateThrow);
    expect(await task).toBe('answered before');
    expect(await pool.submit(square, 2).catch(() => pool.submit(square, 2))).toBe(4);
    expect([task.state, await task]).toEqual(['fulfilled', 'answered before']);
  });
});
