import { types } from 'node:util';
import { ProcessPoolExecutor, registerErrorClass, ThreadPoolExecutor } from '@offloop/executor';
import { afterAll, describe, expect, it } from 'vitest';
import { fail, later } from '../fixtures/basic.worker.mjs';
import { rejectionOf } from '../fixtures/outcome.ts';

const pools = [new ThreadPoolExecutor({ maxWorkers: 1 }), new ProcessPoolExecutor({ maxWorkers: 1 })];
afterAll(() => Promise.all(pools.map((pool) => pool.terminate())));

describe.each(pools)('an error of a task in a $kind', (pool) => {
  it('keeps its built-in class', async () => {
    expect(await rejectionOf(pool.submit(fail, 'x'))).toBeInstanceOf(RangeError);
  });

  it('keeps name, code and own properties of a class the caller does not have', async () => {
    const error = (await rejectionOf(pool.submit(fail, 'custom'))) as Error;
    expect(error).toBeInstanceOf(TypeError);
    expect(error).toMatchObject({ name: 'HttpError', code: 'E_HTTP', status: 418 });
    expect(Object.keys(error)).toContain('status');
    expect(String(error)).toBe('HttpError: teapot');
  });

  it('is an instance of its own class once that is registered', async () => {
    class HttpError extends TypeError {
      status = 0;
    }
    registerErrorClass(HttpError);
    const error = await rejectionOf(pool.submit(fail, 'custom'));
    expect(error).toBeInstanceOf(HttpError);
    expect(types.isNativeError(error)).toBe(true);
    expect(error).toMatchObject({ name: 'HttpError', message: 'teapot', status: 418 });
  });

  it('keeps causes, and the errors of an AggregateError', async () => {
    const outer = (await rejectionOf(pool.submit(fail, 'cause'))) as Error;
    expect(outer.cause).toBeInstanceOf(SyntaxError);
    const both = (await rejectionOf(pool.submit(fail, 'aggregate'))) as AggregateError;
    expect(both).toBeInstanceOf(AggregateError);
    expect(both.errors[0]).toBeInstanceOf(RangeError);
    expect(both.errors.map((error: Error) => error.message)).toEqual(['one', 'two']);
  });

  it('has a stack of both sides, without the frames of the machinery', async () => {
    const error = (await rejectionOf(callFromHere())) as Error;
    expect(error.stack).toMatch(
      /RangeError: x\n.*basic\.worker\.mjs[\s\S]*\[submitted from\][\s\S]*callFromHere/,
    );
    expect(error.stack).not.toMatch(/offloop-executor:|\[worker eval\]|\[eval\]|poolExecutor|submitWith/);
  });

  it('keeps the submitting stack for good once a function has failed', async () => {
    for (let call = 0; call < 40; call++) await rejectionOf(pool.submit(fail, 'x'));
    expect(((await rejectionOf(callFromHere())) as Error).stack).toContain('callFromHere');
  });

  it('is the thrown value itself when that is no error', async () => {
    expect(await rejectionOf(pool.submit(fail, 'text'))).toBe('plain text');
    expect(await rejectionOf(pool.submit(fail, 'null'))).toBeNull();
    expect(await rejectionOf(pool.submit(fail, 'undefined'))).toBeUndefined();
    expect(await rejectionOf(pool.submit(fail, 'function'))).toBe("() => 'unclonable'");
  });

  function callFromHere(): PromiseLike<unknown> {
    return pool.submit(fail, 'x');
  }
});

describe('the worker of a failed task', () => {
  it('goes on with its next task', async () => {
    const [pool] = pools;
    if (pool === undefined) throw new Error('no pool');
    const { workers } = pool.stats();
    await rejectionOf(pool.submit(fail, 'x'));
    expect(await pool.submit(later, 1, 'next')).toBe('next');
    expect(pool.stats().workers).toBe(workers);
  });
});
