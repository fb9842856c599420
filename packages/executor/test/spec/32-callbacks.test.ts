import { ThreadPoolExecutor } from '@offloop/executor';
import { afterAll, describe, expect, it } from 'vitest';
import { fail, square } from '../fixtures/basic.worker.mjs';
import { rejectionOf } from '../fixtures/outcome.ts';
import { runScript } from '../fixtures/runScript.ts';

const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
afterAll(() => pool.terminate());

describe('callbacks of a task', () => {
  it('run in the order in which they were added, whether added before or after the end', async () => {
    const order: string[] = [];
    const task = pool.submit(square, 3);
    const first = task.then(() => order.push('first'));
    const second = task.finally(() => order.push('second'));
    await Promise.all([first, second]);
    await task.then(() => order.push('late'));
    expect(order).toEqual(['first', 'second', 'late']);
  });

  it('of a failed task get its error', async () => {
    const seen: unknown[] = [];
    const error = await rejectionOf(pool.submit(fail, 'x').finally(() => seen.push('finally')));
    expect([seen, error]).toEqual([['finally'], expect.any(RangeError)]);
  });

  it('that throw are unhandled rejections like those of any promise, and stop no other', async () => {
    const { stdout } = await runScript(`
      import { toThread } from '@offloop/executor';
      import { square } from './basic.worker.mjs';
      process.on('unhandledRejection', (error) => console.log('unhandled:', error.message));
      const task = toThread(square, 3);
      task.then(() => { throw new Error('in a callback'); });
      task.then((value) => console.log(value));`);
    expect(stdout.trim().split('\n').sort()).toEqual(['9', 'unhandled: in a callback']);
  });
});
