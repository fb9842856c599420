import { setTimeout as sleep } from 'node:timers/promises';
import { ThreadPoolExecutor, TimeoutError } from '@offloop/executor';
import { afterAll, describe, expect, it } from 'vitest';
import { fail, failOn, sleepFor, spinOn, square } from '../fixtures/basic.worker.mjs';
import { collect, rejectionOf } from '../fixtures/outcome.ts';

const pool = new ThreadPoolExecutor({ maxWorkers: 2 });
afterAll(() => pool.terminate());

function* numbers(pulled: number[] = []): Generator<number> {
  for (let value = 0; ; value++) {
    pulled.push(value);
    yield value;
  }
}

describe('map', () => {
  it('pulls no more items than its window, even from an endless source', async () => {
    const pulled: number[] = [];
    const taken: number[] = [];
    for await (const value of pool.map(square, numbers(pulled), { concurrency: 3 })) {
      taken.push(value);
      expect(pulled.length - taken.length).toBeLessThanOrEqual(3);
      if (taken.length === 10) break;
    }
    expect(taken).toEqual([0, 1, 4, 9, 16, 25, 36, 49, 64, 81]);
    expect(pool.stats().queued).toBe(0);
  });

  it('has a window of twice the workers by default, and does nothing before the first next()', async () => {
    const pulled: number[] = [];
    const results = pool.map(square, numbers(pulled));
    await sleep(5);
    expect(pulled).toEqual([]);
    await results.next();
    await sleep(20);
    expect(pulled.length).toBeLessThanOrEqual(1 + 2 * 2);
    await results.return();
  });

  it('starts at the call with eager', async () => {
    const pulled: number[] = [];
    const results = pool.map(square, numbers(pulled), { eager: true, concurrency: 2 });
    await sleep(20);
    expect(pulled).toEqual([0, 1]);
    await results.return();
  });

  it('takes asynchronous iterables and hands over what is there while it waits for more', async () => {
    async function* source(): AsyncGenerator<number> {
      yield 2;
      yield 3;
      await sleep(20);
      yield 4;
    }
    expect(await collect(pool.map(square, source()))).toEqual([4, 9, 16]);
  });

  it('keeps the order of the items, or with ordered: false that of the results', async () => {
    await pool.prestart();
    const times = [200, 1];
    expect(await collect(pool.map(sleepFor, times))).toEqual([200, 1]);
    expect(await collect(pool.map(sleepFor, times, { ordered: false }))).toEqual([1, 200]);
  });

  it('closes the source and cancels the rest when the loop is left', async () => {
    let closed = false;
    function* source(): Generator<number> {
      try {
        for (let value = 0; ; value++) yield value;
      } finally {
        closed = true;
      }
    }
    for await (const value of pool.map(square, source())) if (value > 3) break;
    expect(closed).toBe(true);
    expect(pool.stats().queued).toBe(0);
  });

  it('ends at the first error, at its place, and cancels the rest', async () => {
    const seen: unknown[] = [];
    const error = await rejectionOf(
      (async () => {
        for await (const value of pool.map(failOn, ['one', 'two', 'bad', 'four'])) seen.push(value);
      })(),
    );
    expect(seen).toEqual(['one', 'two']);
    expect(error).toBeInstanceOf(RangeError);
  });

  it('hands falsy errors on like any other', async () => {
    expect(await rejectionOf(collect(pool.map(fail, ['null'])))).toBeNull();
  });

  it('rejects with a TimeoutError when its time is over, and frees the workers', async () => {
    const error = await rejectionOf(collect(pool.map(spinOn, [1, 2, 3], { timeout: 50 })));
    expect(error).toBeInstanceOf(TimeoutError);
    expect(await pool.submit(square, 2)).toBe(4);
  });

  it('rejects with the reason of its signal', async () => {
    const controller = new AbortController();
    const results = collect(pool.map(spinOn, [1, 2, 3], { signal: controller.signal }));
    controller.abort(new Error('stop it'));
    expect(await rejectionOf(results)).toMatchObject({ message: 'stop it' });
  });

  it('passes on an error of the source', async () => {
    function* source(): Generator<number> {
      yield 1;
      throw new RangeError('no more');
    }
    expect(await rejectionOf(collect(pool.map(square, source())))).toBeInstanceOf(RangeError);
  });

  it('gives the same results for every chunk size, the last chunk being shorter', async () => {
    const items = Array.from({ length: 40 }, (_, index) => index);
    const expected = items.map((value) => value * value);
    for (const chunkSize of [1, 6, 40, 50])
      expect(await collect(pool.map(square, items, { chunkSize }))).toEqual(expected);
  });

  it('hands over the results before an error inside a chunk', async () => {
    const seen: string[] = [];
    const error = await rejectionOf(
      (async () => {
        for await (const value of pool.map(failOn, ['one', 'two', 'bad', 'four'], { chunkSize: 4 })) {
          seen.push(value);
        }
      })(),
    );
    expect(seen).toEqual(['one', 'two']);
    expect(error).toMatchObject({ message: 'bad item' });
  });

  it('refuses options out of range and what cannot be iterated', () => {
    expect(() => pool.map(square, [], { concurrency: 0 })).toThrow(RangeError);
    expect(() => pool.map(square, [], { chunkSize: -1 })).toThrow(RangeError);
    expect(() => pool.map(square, 5 as unknown as number[])).toThrow(TypeError);
  });

  it('closed while a result is awaited ends at once', async () => {
    const results = pool.map(spinOn, [1, 2]);
    const next = results.next().catch((error: unknown) => error);
    await sleep(5);
    await results.return();
    expect(await next).toMatchObject({ name: 'AbortError' });
  });
});
