import { BrokenExecutorError, ProcessPoolExecutor, ThreadPoolExecutor } from '@offloop/executor';
import { describe, expect, it } from 'vitest';
import { bufferFacts, later } from '../fixtures/basic.worker.mjs';
import { failInitialize, initialize, readState } from '../fixtures/stateful.worker.mjs';
import { rejectionOf } from '../fixtures/outcome.ts';

describe.each([ThreadPoolExecutor, ProcessPoolExecutor])('the initializer of a %o', (Pool) => {
  it('has run in each worker before its first task, even when asynchronous', async () => {
    await using pool = new Pool({ maxWorkers: 2, initializer: initialize, initArgs: ['ready'] });
    const states = await Promise.all(Array.from({ length: 6 }, () => pool.submit(readState)));
    expect(new Set(states)).toEqual(new Set(['ready']));
  });

  it('runs again in workers that replace others', async () => {
    await using pool = new Pool({
      maxWorkers: 1,
      maxTasksPerWorker: 1,
      initializer: initialize,
      initArgs: ['again'],
    });
    expect([await pool.submit(readState), await pool.submit(readState)]).toEqual(['again', 'again']);
  });

  it('breaks the executor when it fails, with its error as the cause', async () => {
    const pool = new Pool({ maxWorkers: 1, initializer: failInitialize });
    const tasks = [pool.submit(readState), pool.submit(readState)];
    for (const task of tasks) {
      const error = (await rejectionOf(task)) as Error;
      expect(error).toBeInstanceOf(BrokenExecutorError);
      expect(error.cause).toBeInstanceOf(RangeError);
      expect(error.cause).toMatchObject({ message: 'no licence' });
    }
    expect(await rejectionOf(pool.submit(readState))).toBeInstanceOf(BrokenExecutorError);
    expect(await rejectionOf(pool.prestart())).toBeInstanceOf(BrokenExecutorError);
    await pool.shutdown();
    expect(pool.stats()).toMatchObject({ workers: 0, state: 'broken' });
  });

  it('gives every failed task an error object of its own', async () => {
    const pool = new Pool({ maxWorkers: 1, initializer: failInitialize });
    const [first, second] = await Promise.all(
      [pool.submit(later, 1), pool.submit(later, 1)].map((task) => rejectionOf(task)),
    );
    expect(first).not.toBe(second);
    await pool.shutdown();
  });

  it('must be something a worker can find', () => {
    expect(() => new Pool({ initializer: () => undefined })).toThrow(TypeError);
  });

  it('with arguments that cannot be cloned breaks the executor', async () => {
    const pool = new Pool({ maxWorkers: 1, initializer: initialize, initArgs: [() => 1] });
    expect(await rejectionOf(pool.submit(bufferFacts, Buffer.from('x')))).toBeInstanceOf(BrokenExecutorError);
    await pool.shutdown();
  });
});
