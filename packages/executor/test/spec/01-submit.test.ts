import { TaskPromise, ThreadPoolExecutor } from '@offloop/executor';
import { afterAll, describe, expect, it } from 'vitest';
import { echo, fail, later, square } from '../fixtures/basic.worker.mjs';
import { rejectionOf } from '../fixtures/outcome.ts';

describe('submit', () => {
  const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
  afterAll(() => pool.terminate());

  it('returns at once with a real promise that knows its state', async () => {
    const task = pool.submit(square, 3);
    expect(task).toBeInstanceOf(Promise);
    expect(task).toBeInstanceOf(TaskPromise);
    expect(task.state).toBe('queued');
    await task.started;
    expect(['running', 'fulfilled']).toContain(task.state);
    expect(await task).toBe(9);
    expect(task.state).toBe('fulfilled');
  });

  it('starts tasks in the order of their submission', async () => {
    const order: number[] = [];
    const tasks = Array.from({ length: 20 }, (_, index) => {
      const task = pool.submit(echo, index);
      void task.started.then(() => order.push(index));
      return task;
    });
    await Promise.all(tasks);
    expect(order).toEqual(tasks.map((_, index) => index));
  });

  it('derives plain promises', async () => {
    const derived = pool.submit(square, 2).then((value) => value + 1);
    expect(derived).not.toBeInstanceOf(TaskPromise);
    expect(derived.constructor).toBe(Promise);
    expect(await derived).toBe(5);
  });

  it('has the state rejected after a failure and cannot be cancelled any more', async () => {
    const task = pool.submit(fail, 'x');
    await rejectionOf(task);
    expect(task.state).toBe('rejected');
    expect(task.cancel()).toBe(false);
  });

  it('cancels an unfinished task at the end of an await using scope', async () => {
    const task = pool.submit(later, 60_000);
    await task.started;
    await task[Symbol.asyncDispose]();
    expect(task.state).toBe('cancelled');
    const finished = pool.submit(square, 2);
    await finished;
    await finished[Symbol.asyncDispose]();
    expect(finished.state).toBe('fulfilled');
  });

  it('never throws: what is wrong rejects', async () => {
    const task = pool.submit((() => 1) as () => number);
    expect(await rejectionOf(task)).toBeInstanceOf(TypeError);
  });
});
