import { availableParallelism } from 'node:os';
import {
  getDefaultExecutor,
  setDefaultExecutor,
  shutdownDefaultExecutor,
  ThreadPoolExecutor,
  toThread,
} from '@offloop/executor';
import { afterEach, describe, expect, it } from 'vitest';
import { square } from '../fixtures/basic.worker.mjs';
import { runScript } from '../fixtures/runScript.ts';

describe('the default executor', () => {
  afterEach(() => shutdownDefaultExecutor({ force: true }));

  it('is made at the first use, a pool of threads as wide as the machine', async () => {
    const pool = getDefaultExecutor();
    expect(pool).toBeInstanceOf(ThreadPoolExecutor);
    expect((pool as ThreadPoolExecutor).maxWorkers).toBe(availableParallelism());
    expect((pool as ThreadPoolExecutor).stats().workers).toBe(0);
    expect(getDefaultExecutor()).toBe(pool);
    expect(await toThread(square, 2)).toBe(4);
    expect((pool as ThreadPoolExecutor).stats().done).toBe(1);
  });

  it('comes anew after its shutdown', async () => {
    const first = getDefaultExecutor();
    await shutdownDefaultExecutor();
    expect(await toThread(square, 3)).toBe(9);
    expect(getDefaultExecutor()).not.toBe(first);
  });

  it('is one for CommonJS and ES modules', async () => {
    const { stdout } = await runScript(`
      import { createRequire } from 'node:module';
      import { getDefaultExecutor } from '@offloop/executor';
      console.log(createRequire(process.cwd() + '/x.js')('@offloop/executor').getDefaultExecutor() === getDefaultExecutor());
    `);
    expect(stdout).toBe('true\n');
  });

  it('can be replaced by anything with submit, and gives back what was there', async () => {
    const mine = new ThreadPoolExecutor({ maxWorkers: 1 });
    expect(setDefaultExecutor(mine)).toBeUndefined();
    expect(await toThread(square, 4)).toBe(16);
    expect(mine.stats().done).toBe(1);
    const custom = { submit: () => Promise.resolve(42) };
    expect(setDefaultExecutor(custom)).toBe(mine);
    expect(await toThread(square, 4)).toBe(42);
    expect(setDefaultExecutor(undefined)).toBe(custom);
    await mine.shutdown();
  });

  it('refuses an object without submit', () => {
    expect(() => setDefaultExecutor({} as never)).toThrow(TypeError);
  });
});
