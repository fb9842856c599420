import { availableParallelism } from 'node:os';
import { ThreadPoolExecutor, TimeoutError } from '@offloop/executor';
import { describe, expect, it } from 'vitest';
import { multiply, note, sleepItem, waitForGate } from '../fixtures/cpython.worker.mjs';
import { Gate } from '../fixtures/gate.ts';
import { rejectionOf } from '../fixtures/outcome.ts';

describe('ThreadPoolExecutorTest', () => {
  it('test_map_submits_without_iteration', async () => {
    using gate = new Gate();
    await using executor = new ThreadPoolExecutor({ maxWorkers: 2 });
    const lines = ['0', '1', '2'];
    const write = { module: new URL('../fixtures/appendTo.mjs', import.meta.url), export: 'appendTo' };
    const results = executor.map(
      write,
      lines.map((line) => [gate.log, line]),
      { eager: true },
    );
    while (gate.lines().length < 3) await new Promise((resolve) => setTimeout(resolve, 2));
    expect(gate.lines().sort()).toEqual(lines);
    await results.return();
    await executor.submit(note, gate.log, 'end');
  });

  it('test_default_workers', () => {
    expect(new ThreadPoolExecutor().maxWorkers).toBe(availableParallelism());
  });

  it('test_saturation', async () => {
    using gate = new Gate();
    await using executor = new ThreadPoolExecutor({ maxWorkers: 4 });
    const tasks = Array.from({ length: 15 * 4 }, () =>
      executor.submit(waitForGate, gate.started, gate.gate, 1),
    );
    expect(executor.stats().workers).toBe(4);
    gate.open();
    expect(await Promise.all(tasks)).toHaveLength(60);
    expect(executor.stats().workers).toBe(4);
  });

  it('test_idle_thread_reuse', async () => {
    await using executor = new ThreadPoolExecutor({ maxWorkers: 4 });
    for (const [left, right] of [
      [21, 2],
      [6, 7],
      [3, 14],
    ] as const)
      expect(await executor.submit(multiply, left, right)).toBe(42);
    expect(executor.stats().workers).toBe(1);
  });

  it('test_executor_map_current_future_cancel', async () => {
    await using executor = new ThreadPoolExecutor({ maxWorkers: 1 });
    const results = executor.map(sleepItem, [60_000, 60_000, 60_000], { timeout: 100 });
    expect(await rejectionOf(results.next())).toBeInstanceOf(TimeoutError);
    expect(executor.stats()).toMatchObject({ queued: 0, done: 0 });
    expect(executor.stats().cancelled).toBeGreaterThan(0);
  });
});
