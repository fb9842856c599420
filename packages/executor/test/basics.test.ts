import { pbkdf2Sync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  ProcessPoolExecutor,
  runInExecutor,
  shutdownDefaultExecutor,
  ThreadPoolExecutor,
  toThread,
} from '@offloop/executor';
import { afterAll, describe, expect, it } from 'vitest';
import { echo, fail, square, whereAmI } from './fixtures/basic.worker.mjs';

afterAll(() => shutdownDefaultExecutor());

describe('toThread', () => {
  it('runs a builtin function, found by its identity, in another thread', async () => {
    const expected = pbkdf2Sync('secret', 'salt', 10, 32, 'sha256');
    const actual = await toThread(pbkdf2Sync, 'secret', 'salt', 10, 32, 'sha256');
    expect(Buffer.isBuffer(actual)).toBe(true);
    expect(actual.equals(expected)).toBe(true);
  });

  it('runs a function marked with task() and answers with its result', async () => {
    expect(await toThread(square, 12)).toBe(144);
  });

  it('runs it away from the main thread', async () => {
    const place = await toThread(whereAmI);
    expect(place.pid).toBe(process.pid);
    expect(place.threadId).toBeGreaterThan(0);
  });

  it('rejects with what the function threw', async () => {
    await expect(toThread(readFileSync, '/does/not/exist')).rejects.toMatchObject({
      code: 'ENOENT',
      syscall: 'open',
    });
    await expect(toThread(fail, 'no such thing')).rejects.toThrow(RangeError);
  });

  it('keeps text and buffers of files apart', async () => {
    const file = fileURLToPath(import.meta.url);
    expect(await toThread(readFileSync, file, 'utf8')).toBe(readFileSync(file, 'utf8'));
    expect(Buffer.isBuffer(await toThread(readFileSync, file))).toBe(true);
  });
});

describe('runInExecutor', () => {
  it('takes null for the default executor', async () => {
    expect(await runInExecutor(null, square, 3)).toBe(9);
  });

  it('runs a task in a pool of threads', async () => {
    const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    expect(await runInExecutor(pool, square, 4)).toBe(16);
    await pool.shutdown();
  });

  it('runs a task in a pool of processes, Buffers included', async () => {
    const pool = new ProcessPoolExecutor({ maxWorkers: 1 });
    expect((await runInExecutor(pool, whereAmI)).pid).not.toBe(process.pid);
    const answer = await runInExecutor(pool, echo, Buffer.from('abc'));
    expect(Buffer.isBuffer(answer)).toBe(true);
    expect(answer.toString()).toBe('abc');
    await pool.shutdown();
  });
});
