import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { add, divide, sleepItem, text, throwFalsy, timeOutOnOne } from '../fixtures/cpython.worker.mjs';
import { collect, rejectionOf } from '../fixtures/outcome.ts';
import { poolKinds } from '../fixtures/pools.ts';
import { runScript } from '../fixtures/runScript.ts';
import { TimeoutError, type ProcessPoolExecutor, type ThreadPoolExecutor } from '@offloop/executor';

// The counterpart of several iterables: one of pairs.
function* pairs(count = Infinity): Generator<readonly [number, number]> {
  for (let value = 0; value < count; value++) yield [value, value];
}

function* countFrom(start: number): Generator<number> {
  for (let value = start; ; value++) yield value;
}

const quotients = (pools: readonly (readonly [number, number])[]): (readonly [bigint, bigint])[] =>
  pools.map(([left, right]) => [BigInt(left), BigInt(right)] as const);

describe.each(poolKinds)('ExecutorTest: %s', (_kind, Pool) => {
  let executor: ThreadPoolExecutor | ProcessPoolExecutor;
  beforeEach(() => {
    executor = new Pool({ maxWorkers: 5 });
  });
  afterEach(() => executor.terminate());

  it('test_submit', async () => {
    expect(await executor.submit(Math.pow, 2, 8)).toBe(256);
  });

  it('test_map', async () => {
    const values = Array.from({ length: 10 }, (_, index) => index);
    expect(await collect(executor.map(text, values))).toEqual(values.map(String));
    expect(await collect(executor.map(text, values, { chunkSize: 3 }))).toEqual(values.map(String));
  });

  it('test_map_exception', async () => {
    for (const chunkSize of [1, 3]) {
      const items = quotients([
        [5, 2],
        [5, 0],
        [5, 3],
        [5, 5],
      ]);
      const results = executor.map(divide, items, { chunkSize });
      expect(await results.next()).toEqual({ value: 2n, done: false });
      expect(await rejectionOf(results.next())).toBeInstanceOf(RangeError);
      expect(await results.next()).toEqual({ value: undefined, done: true });
    }
  });

  it('test_map_timeout', async () => {
    // Workers that have the function: starting them is not what is timed.
    await Promise.all([20, 20, 20].map((ms) => executor.submit(sleepItem, ms)));
    const results = executor.map(sleepItem, [0, 0, 60_000], { timeout: 500 });
    const seen: number[] = [];
    const error = await rejectionOf(
      (async () => {
        for await (const value of results) seen.push(value);
      })(),
    );
    expect(error).toBeInstanceOf(TimeoutError);
    expect(seen).toEqual([0, 0]);
  });

  it('test_map_timeout_from_callable', async () => {
    for (const options of [{}, { timeout: 60_000 }]) {
      const results = executor.map(timeOutOnOne, [0, 1, 2], options);
      expect(await results.next()).toEqual({ value: 0, done: false });
      const error = await rejectionOf(results.next());
      expect(error).not.toBeInstanceOf(TimeoutError);
      expect(error).toMatchObject({ name: 'TimeoutError', message: 'the task took too long by itself' });
    }
  });

  it('test_map_buffersize_type_validation', () => {
    for (const concurrency of ['foo', 2.5, {}] as number[])
      expect(() => executor.map(text, [1], { concurrency })).toThrow('concurrency must be a whole number');
  });

  it('test_map_buffersize_value_validation', () => {
    for (const concurrency of [0, -1])
      expect(() => executor.map(text, [1], { concurrency })).toThrow('of at least 1');
  });

  it('test_map_buffersize', async () => {
    for (const concurrency of [1, 2, 4, 8])
      expect(await collect(executor.map(text, [0, 1, 2, 3], { concurrency }))).toEqual(['0', '1', '2', '3']);
  });

  it('test_map_buffersize_on_multiple_iterables', async () => {
    for (const concurrency of [1, 2, 4, 8])
      expect(await collect(executor.map(add, pairs(4), { concurrency }))).toEqual([0, 2, 4, 6]);
  });

  it('test_map_buffersize_on_infinite_iterable', async () => {
    const results = executor.map(text, countFrom(0), { concurrency: 2 });
    for (const value of ['0', '1', '2']) expect(await results.next()).toEqual({ value, done: false });
    await results.return();
  });

  it('test_map_buffersize_on_multiple_infinite_iterables', async () => {
    const results = executor.map(add, pairs(), { concurrency: 2 });
    for (const value of [0, 2, 4, 6]) expect(await results.next()).toEqual({ value, done: false });
    await results.return();
  });

  it('test_map_buffersize_on_empty_iterable', async () => {
    expect(await collect(executor.map(text, [], { concurrency: 2 }))).toEqual([]);
  });

  it('test_map_buffersize_without_iterable', () => {
    const map = executor.map as (...args: unknown[]) => unknown;
    expect(() => map(text, undefined, { concurrency: 2 })).toThrow(TypeError);
  });

  it('test_map_buffersize_when_buffer_is_full', async () => {
    let pulled = 0;
    function* source(): Generator<number> {
      for (const value of countFrom(0)) {
        pulled++;
        yield value;
      }
    }
    const results = executor.map(text, source(), { concurrency: 4 });
    await results.next();
    await executor.submit(text, 1);
    expect(pulled).toBeLessThanOrEqual(4 + 1);
    await results.return();
  });

  it('test_map_close', async () => {
    const results = executor.map(sleepItem, [0, 60_000, 60_000, 60_000]);
    expect(await results.next()).toEqual({ value: 0, done: false });
    await results.return();
    expect(await results.next()).toEqual({ value: undefined, done: true });
    expect(executor.stats()).toMatchObject({ queued: 0, cancelled: 3 });
  });

  it('test_swallows_falsey_exceptions', async () => {
    for (const which of ['zero', 'empty', 'false', 'null', 'undefined', 'nan']) {
      const { status } = (await Promise.allSettled([executor.submit(throwFalsy, which)]))[0];
      expect(status).toBe('rejected');
      expect((await Promise.allSettled([executor.map(throwFalsy, [which]).next()]))[0].status).toBe(
        'rejected',
      );
    }
    expect(await rejectionOf(executor.submit(throwFalsy, 'zero'))).toBe(0);
    expect(await rejectionOf(executor.submit(throwFalsy, 'nan'))).toBeNaN();
  });

  it('test_shutdown_race_issue12456', async () => {
    const results = executor.map(text, [2, 2, 2, 2, 2, 2, 2, 2, 2, 2], { eager: true, concurrency: 10 });
    const all = collect(results);
    await new Promise((resolve) => setImmediate(resolve));
    await executor.shutdown();
    expect(await all).toHaveLength(10);
  });

  it('test_no_stale_references', async () => {
    const { stdout } = await runScript(
      `import { ${Pool.name} } from '@offloop/executor';
      import { isCollected } from './isCollected.mjs';
      const pool = new ${Pool.name}({ maxWorkers: 1 });
      async function submit() {
        const value = { large: 'thing' };
        await pool.submit({ module: 'global', export: 'Array.of' }, value);
        return new WeakRef(value);
      }
      console.log(await isCollected(await submit()));`,
      ['--expose-gc'],
    );
    expect(stdout.trim()).toBe('true');
  });

  it('test_max_workers_negative', () => {
    for (const maxWorkers of [-1, 0]) expect(() => new Pool({ maxWorkers })).toThrow('maxWorkers');
  });

  it('test_free_reference', async () => {
    const { stdout } = await runScript(
      `import { ${Pool.name} } from '@offloop/executor';
      import { isCollected } from './isCollected.mjs';
      const pool = new ${Pool.name}({ maxWorkers: 1 });
      async function results() {
        const held = [];
        for await (const result of pool.map({ module: 'global', export: 'Array.of' }, [1, 2, 3]))
          held.push(new WeakRef(result));
        return held;
      }
      for (const ref of await results()) console.log(await isCollected(ref));`,
      ['--expose-gc'],
    );
    expect(stdout.trim().split('\n')).toEqual(['true', 'true', 'true']);
  });
});
