import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProcessPoolExecutor, ThreadPoolExecutor } from '@offloop/executor';
import { describe, expect, it } from 'vitest';
import { countCalls, heartbeat, later, spin, square } from '../fixtures/basic.worker.mjs';
import { readState, spinUntilAborted, untilAborted } from '../fixtures/stateful.worker.mjs';
import { rejectionOf } from '../fixtures/outcome.ts';

const kinds = [ThreadPoolExecutor, ProcessPoolExecutor];

describe.each(kinds)('cancelling a running task of a %o', (Pool) => {
  it('ends its worker, so that the CPU is free', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'offloop-'));
    const file = join(folder, 'beats');
    const pool = new Pool({ maxWorkers: 1 });
    const task = pool.submit(heartbeat, file);
    const size = (): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    while (size() < 3) await new Promise((resolve) => setTimeout(resolve, 5));
    task.cancel();
    await rejectionOf(task);
    await pool.shutdown();
    const after = readFileSync(file, 'utf8').length;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(size()).toBe(after);
    rmSync(folder, { recursive: true });
  });

  it('lets it run on unheard with onAbort: abandon', async () => {
    await using pool = new Pool({ maxWorkers: 1 });
    const task = pool.with({ onAbort: 'abandon' }).submit(later, 60);
    await task.started;
    task.cancel();
    await rejectionOf(task);
    expect(pool.stats()).toMatchObject({ running: 1, cancelled: 1 });
    expect(await pool.submit(countCalls)).toBe(1);
    expect(pool.stats()).toMatchObject({ workers: 1, crashed: 0 });
  });

  it('asks it to stop with onAbort: cooperative and keeps the worker', async () => {
    await using pool = new Pool({ maxWorkers: 1 });
    expect(await pool.submit(untilAborted, false)).toBe('loaded');
    const task = pool.with({ onAbort: 'cooperative' }).submit(untilAborted, true);
    await task.started;
    task.cancel(new Error('enough'));
    expect(await rejectionOf(task)).toMatchObject({ message: 'enough' });
    expect(await pool.submit(readState)).toBe('stopped when asked');
  });

  it('keeps the worker of a cooperative task that is stopped while its module loads', async () => {
    await using pool = new Pool({ maxWorkers: 1 });
    const task = pool.with({ onAbort: 'cooperative' }).submit(untilAborted, true);
    await task.started;
    task.cancel();
    await rejectionOf(task);
    expect(await pool.submit(square, 3)).toBe(9);
    expect(pool.stats()).toMatchObject({ workers: 1, crashed: 0 });
  });

  it('ends the worker of a cooperative task that does not stop within graceMs', async () => {
    await using pool = new Pool({ maxWorkers: 1 });
    const task = pool.with({ onAbort: 'cooperative', graceMs: 20 }).submit(spin);
    await task.started;
    task.cancel();
    await rejectionOf(task);
    expect(await pool.submit(square, 3)).toBe(9);
  });
});

describe('cancelling a running task of a thread', () => {
  it('reaches taskSignal() even when the task never yields', async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    expect(await pool.submit(spinUntilAborted, false)).toBe('loaded');
    const task = pool.with({ onAbort: 'cooperative', graceMs: 30_000 }).submit(spinUntilAborted, true);
    await task.started;
    task.cancel();
    await rejectionOf(task);
    expect(await pool.submit(readState)).toBe('stopped while spinning');
  });
});
