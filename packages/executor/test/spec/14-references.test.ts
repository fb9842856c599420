import { hash } from 'node:crypto';
import { ref, task, TaskReferenceError, ThreadPoolExecutor } from '@offloop/executor';
import { afterAll, describe, expect, it } from 'vitest';
import { square } from '../fixtures/basic.worker.mjs';
import { rejectionOf } from '../fixtures/outcome.ts';

const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
afterAll(() => pool.terminate());

describe('a task is found', () => {
  it('by task(), which leaves the function as it is', () => {
    expect(square(3)).toBe(9);
    expect(Object.keys(square)).toEqual([]);
  });

  it('by identity, when it belongs to a builtin module or a global object', async () => {
    expect(await pool.submit(JSON.stringify, { a: [1] })).toBe('{"a":[1]}');
    expect(await pool.submit(structuredClone, [1])).toEqual([1]);
    if (typeof hash === 'function') expect(await pool.submit(hash, 'sha1', 'a', 'hex')).toHaveLength(40);
  });

  it('by ref() to a module that needs no change', async () => {
    const plain = ref<typeof import('../fixtures/plain.mjs')>(
      new URL('../fixtures/plain.mjs', import.meta.url),
    );
    expect(await pool.submit(plain('double'), 4)).toBe(8);
  });

  it('by module, export and base: relative file, package, builtin', async () => {
    const base = import.meta.url;
    expect(await pool.submit({ module: '../fixtures/plain.mjs', export: 'double', base }, 5)).toBe(10);
    expect(await pool.submit({ module: 'diff', export: 'diffChars', base }, 'a', 'a')).toMatchObject([
      { value: 'a' },
    ]);
    expect(await pool.submit({ module: 'node:path', export: 'posix.basename' }, '/a/b')).toBe('b');
  });

  it('by module and export of a CommonJS file, its default export included', async () => {
    const base = import.meta.url;
    expect(await pool.submit({ module: '../fixtures/plain.cjs', export: 'triple', base }, 5)).toBe(15);
    expect(await pool.submit({ module: '../fixtures/plain.cjs', export: 'default.triple', base }, 5)).toBe(
      15,
    );
  });
});

describe('a task that cannot be found is refused with a code and the way out', () => {
  it.each<[string, unknown]>([
    ['ERR_TASK_NOT_REFERENCABLE', () => 1],
    ['ERR_TASK_NOT_REFERENCABLE', undefined],
    ['ERR_TASK_NOT_REFERENCABLE', { module: 'x' }],
    ['ERR_TASK_BASE_MISSING', { module: './x.js', export: 'y' }],
  ])('%s', async (code, fn) => {
    const error = await rejectionOf(pool.submit(fn as () => void));
    expect(error).toBeInstanceOf(TypeError);
    expect(error).toMatchObject({ code });
  });

  it('ERR_TASK_ID at the call of task(), for another form of id', () => {
    for (const id of ['', 'file', '#name', 'file#', 'a#b#c']) {
      expect(() => task(import.meta.url, id, () => 1)).toThrow(
        expect.objectContaining({ code: 'ERR_TASK_ID' }) as Error,
      );
    }
  });

  it('ERR_TASK_MODULE_NOT_FOUND, ERR_TASK_EXPORT_NOT_FOUND with what there is', async () => {
    const base = import.meta.url;
    const missing = await rejectionOf(pool.submit({ module: './nowhere.js', export: 'x', base }));
    expect(missing).toBeInstanceOf(TaskReferenceError);
    expect(missing).toMatchObject({ code: 'ERR_TASK_MODULE_NOT_FOUND' });
    const unknown = await rejectionOf(pool.submit({ module: '../fixtures/plain.mjs', export: 'x', base }));
    expect(unknown).toMatchObject({
      code: 'ERR_TASK_EXPORT_NOT_FOUND',
      message: expect.stringContaining('double') as string,
    });
  });

  it('ERR_TASK_BUNDLED when the file went into another one', async () => {
    const moved = task(import.meta.url, 'gone.worker#x', () => 1);
    const error = await rejectionOf(pool.submit(moved));
    expect(error).toMatchObject({
      code: 'ERR_TASK_BUNDLED',
      message: expect.stringContaining('entry points') as string,
    });
  });
});
