import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { ThreadPoolExecutor } from '@offloop/executor';
import { afterAll, describe, expect, it } from 'vitest';
import { bufferFacts, bytes, cachedBytes, cachedLength, echo } from '../fixtures/basic.worker.mjs';

const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
afterAll(() => pool.terminate());

describe('binary data', () => {
  it('leaves the pool of small Buffers behind, in both directions', async () => {
    const small = Buffer.from('tiny');
    expect(small.buffer.byteLength).toBeGreaterThan(small.byteLength);
    const there = JSON.parse(await pool.submit(bufferFacts, small)) as { memory: number; text: string };
    expect(there).toMatchObject({ memory: 4, text: 'tiny' });
    const back = await pool.submit(bytes, 'abc');
    expect(back.buffer.byteLength).toBe(3);
    expect(small.toString()).toBe('tiny');
  });

  it('does not change what the caller holds', async () => {
    const given = { list: [Buffer.from('one')], big: Buffer.alloc(100_000, 1) };
    const [list, big] = [given.list, given.big];
    await pool.submit(echo, given);
    expect(given.list).toBe(list);
    expect(given.big).toBe(big);
    expect(big.byteLength).toBe(100_000);
    expect(given.list[0]?.toString()).toBe('one');
  });

  it('leaves a Buffer that the task keeps whole', async () => {
    expect((await pool.submit(cachedBytes)).byteLength).toBe(200_000);
    expect(await pool.submit(cachedLength)).toBe(200_000);
    expect((await pool.submit(cachedBytes))[5]).toBe(7);
  });

  it('comes back whole from builtin functions, however large', async () => {
    const data = randomBytes(300_000);
    const zipped = await pool.submit(gzipSync, data);
    expect(zipped.equals(gzipSync(data))).toBe(true);
  });

  it('is moved when asked for, and then gone here', async () => {
    const memory = new ArrayBuffer(1_000);
    const back = await pool.with({ transfer: [memory] }).submit(echo, memory);
    expect(back.byteLength).toBe(1_000);
    expect(memory.byteLength).toBe(0);
    const buffer = Buffer.from(new ArrayBuffer(500));
    const copy = await pool.with({ transfer: [buffer.buffer] }).submit(echo, buffer);
    expect(Buffer.isBuffer(copy)).toBe(true);
    expect(buffer.byteLength).toBe(0);
  });

  it('stays one memory when it is shared', async () => {
    const shared = new SharedArrayBuffer(8);
    const back = await pool.submit(echo, shared);
    new Uint8Array(back)[0] = 9;
    expect(new Uint8Array(shared)[0]).toBe(9);
  });

  it('keeps other typed arrays and cyclic objects', async () => {
    expect(await pool.submit(echo, new Float64Array([1, 2]))).toEqual(new Float64Array([1, 2]));
    const cyclic: { self?: unknown; data: Buffer } = { data: Buffer.from('x') };
    cyclic.self = cyclic;
    const back = await pool.submit(echo, cyclic);
    expect(Buffer.isBuffer(back.data)).toBe(true);
    expect((back.self as typeof cyclic).data.toString()).toBe('x');
  });
});
