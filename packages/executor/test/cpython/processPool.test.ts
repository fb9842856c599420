import { BrokenExecutorError, ProcessPoolExecutor, ThreadPoolExecutor } from '@offloop/executor';
import { describe, expect, it } from 'vitest';
import {
  exit,
  fail,
  multiply,
  processId,
  sleepItem,
  text,
  waitForGate,
} from '../fixtures/cpython.worker.mjs';
import { Gate } from '../fixtures/gate.ts';
import { collect, rejectionOf } from '../fixtures/outcome.ts';
import { runScript } from '../fixtures/runScript.ts';

const numbers = Array.from({ length: 12 }, (_, index) => index);

describe('ProcessPoolExecutorTest', () => {
  it('test_killed_child', async () => {
    await using executor = new ProcessPoolExecutor({ maxWorkers: 1, onCrash: 'break' });
    const pid = await executor.submit(processId);
    const task = executor.submit(sleepItem, 60_000);
    await task.started;
    process.kill(pid, 'SIGTERM');
    expect(await rejectionOf(task)).toBeInstanceOf(BrokenExecutorError);
    expect(await rejectionOf(executor.submit(Math.pow, 2, 8))).toBeInstanceOf(BrokenExecutorError);
  });

  it('test_broken_process_pool_traceback', async () => {
    await using executor = new ProcessPoolExecutor({ maxWorkers: 2, onCrash: 'break' });
    const pid = await executor.submit(processId);
    const tasks = [60_000, 60_000, 60_000].map((ms) => executor.submit(sleepItem, ms));
    await tasks[0]?.started;
    process.kill(pid, 'SIGTERM');
    const errors = await Promise.all(tasks.map((task) => rejectionOf(task)));
    for (const error of errors) expect(error).toBeInstanceOf(BrokenExecutorError);
    expect(new Set(errors).size).toBe(3);
  });

  it('test_traceback_when_child_process_terminates_abruptly', async () => {
    await using executor = new ProcessPoolExecutor({ maxWorkers: 1, onCrash: 'break' });
    const error = await rejectionOf(executor.submit(exit, 99));
    expect(String(error)).toContain('exit code 99');
  });

  it('test_map_chunksize', async () => {
    await using executor = new ProcessPoolExecutor({ maxWorkers: 2 });
    const expected = numbers.map(String);
    for (const chunkSize of [6, 40, 50])
      expect(await collect(executor.map(text, numbers, { chunkSize }))).toEqual(expected);
    expect(() => executor.map(text, numbers, { chunkSize: -1 })).toThrow(RangeError);
  });

  it('test_traceback', async () => {
    await using executor = new ProcessPoolExecutor({ maxWorkers: 1 });
    const error = (await rejectionOf(executor.submit(fail))) as Error;
    expect(error).toBeInstanceOf(RangeError);
    expect(error.message).toBe('123');
    expect(error.stack).toContain('cpython.worker.mjs');
  });

  it('test_ressources_gced_in_workers', async () => {
    for (const Pool of [ThreadPoolExecutor, ProcessPoolExecutor]) {
      const { stdout } = await runScript(
        `import { ${Pool.name} } from '@offloop/executor';
        import { isForgotten, meet } from './cpython.worker.mjs';
        const pool = new ${Pool.name}({ maxWorkers: 1 });
        await pool.submit(meet, { large: 'thing' });
        console.log(await pool.submit(isForgotten));`,
        ['--expose-gc'],
      );
      expect(stdout.trim()).toBe('true');
    }
  });

  it('test_saturation', async () => {
    using gate = new Gate();
    await using executor = new ProcessPoolExecutor({ maxWorkers: 3 });
    const tasks = Array.from({ length: 15 * 3 }, () =>
      executor.submit(waitForGate, gate.started, gate.gate, 1),
    );
    expect(executor.stats().workers).toBe(3);
    gate.open();
    expect(await Promise.all(tasks)).toHaveLength(45);
    expect(executor.stats().workers).toBe(3);
  });

  it('test_idle_process_reuse_one', async () => {
    await using executor = new ProcessPoolExecutor({ maxWorkers: 4 });
    for (const right of [2, 3, 4]) expect(await executor.submit(multiply, 21, right)).toBe(21 * right);
    expect(executor.stats().workers).toBe(1);
  });

  it('test_idle_process_reuse_multiple', async () => {
    await using executor = new ProcessPoolExecutor({ maxWorkers: 4 });
    await executor.submit(multiply, 12, 7);
    await Promise.all([executor.submit(multiply, 33, 25), executor.submit(multiply, 25, 26)]);
    await executor.submit(multiply, 18, 29);
    expect(executor.stats().workers).toBeLessThanOrEqual(3);
  });

  it('test_max_tasks_per_child', async () => {
    await using executor = new ProcessPoolExecutor({ maxWorkers: 1, maxTasksPerWorker: 3 });
    const pids = [];
    for (let call = 0; call < 4; call++) pids.push(await executor.submit(processId));
    expect(new Set(pids.slice(0, 3)).size).toBe(1);
    expect(pids[3]).not.toBe(pids[0]);
  });

  it.each([
    [1, 2, 6],
    [2, 2, 8],
  ])(
    'test_max_tasks_per_child_pending_tasks_gh115634 %i %i %i',
    async (maxWorkers, maxTasksPerWorker, count) => {
      await using executor = new ProcessPoolExecutor({ maxWorkers, maxTasksPerWorker });
      const tasks = numbers.slice(0, count).map((value) => executor.submit(multiply, value, 2));
      expect(await Promise.all(tasks)).toEqual(numbers.slice(0, count).map((value) => value * 2));
    },
  );

  it('test_max_tasks_early_shutdown', async () => {
    const executor = new ProcessPoolExecutor({ maxWorkers: 3, maxTasksPerWorker: 1 });
    const tasks = numbers.slice(0, 6).map((value) => executor.submit(multiply, value, value));
    await executor.shutdown();
    expect(await Promise.all(tasks)).toEqual([0, 1, 4, 9, 16, 25]);
  });

  it('test_shutdown_no_wait_max_tasks_gh119592', async () => {
    using gate = new Gate();
    const executor = new ProcessPoolExecutor({ maxWorkers: 1, maxTasksPerWorker: 1 });
    const tasks = [0, 1, 2].map((value) => executor.submit(waitForGate, gate.started, gate.gate, value));
    await gate.whenStarted();
    await executor.shutdown({ wait: false });
    gate.open();
    expect(await Promise.all(tasks)).toEqual([0, 1, 2]);
    await executor.shutdown();
  });

  it('test_force_shutdown_during_max_tasks_worker_exit', async () => {
    const executor = new ProcessPoolExecutor({ maxWorkers: 1, maxTasksPerWorker: 1 });
    const tasks = [0, 1, 2].map((value) => executor.submit(multiply, value, 1));
    expect(await tasks[0]).toBe(0);
    // Its worker is about to leave now.
    const ended = executor.terminate();
    for (const task of tasks.slice(1))
      expect(await rejectionOf(task)).toMatchObject({ code: 'ERR_EXECUTOR_TERMINATED' });
    await ended;
    expect(executor.stats()).toMatchObject({ workers: 0, state: 'closed' });
  });

  it('test_failed_worker_replacement_breaks_pool', async () => {
    const { stdout } = await runScript(`
      import { ProcessPoolExecutor } from '@offloop/executor';
      import { waitForGate, multiply } from './cpython.worker.mjs';
      const pool = new ProcessPoolExecutor({ maxWorkers: 1, maxTasksPerWorker: 1 });
      const tasks = [1, 2, 3].map((value) => pool.submit(multiply, value, 2));
      await tasks[0].started;
      process.execPath = '/nowhere/node';
      for (const { status, value, reason } of await Promise.allSettled(tasks)) console.log(status, value ?? reason.code);`);
    expect(stdout.trim().split('\n')).toEqual([
      'fulfilled 2',
      'rejected ERR_EXECUTOR_BROKEN',
      'rejected ERR_EXECUTOR_BROKEN',
    ]);
  });

  it('test_python_finalization_error', async () => {
    // Anything that keeps a thread from being made: here, an environment that is none.
    await using executor = new ThreadPoolExecutor({ maxWorkers: 2, env: 1 as unknown as NodeJS.ProcessEnv });
    const error = await rejectionOf(collect(executor.map(text, numbers)));
    expect(error).toBeInstanceOf(BrokenExecutorError);
    expect((error as Error).cause).toBeInstanceOf(TypeError);
  });

  it('test_force_shutdown_workers_invalid_op', async () => {
    await using executor = new ProcessPoolExecutor({ maxWorkers: 1 });
    expect(await rejectionOf(executor.shutdown({ timeout: -1 }))).toBeInstanceOf(RangeError);
    expect(await executor.submit(multiply, 6, 7)).toBe(42);
  });

  it.each([
    ['test_terminate_workers', ThreadPoolExecutor],
    ['test_kill_workers', ProcessPoolExecutor],
    ['test_force_shutdown_workers', ProcessPoolExecutor],
  ])('%s', async (_name, Pool) => {
    using gate = new Gate();
    const executor = new Pool({ maxWorkers: 1 });
    const task = executor.submit(waitForGate, gate.started, gate.gate, 1);
    await gate.whenStarted();
    const ended = executor.terminate();
    expect(await rejectionOf(task)).toMatchObject({ code: 'ERR_EXECUTOR_TERMINATED' });
    await ended;
    expect(executor.stats().workers).toBe(0);
  });

  it('test_force_shutdown_workers_dead_workers', async () => {
    const executor = new ProcessPoolExecutor({ maxWorkers: 1, onCrash: 'break' });
    expect(await rejectionOf(executor.submit(exit, 1))).toBeInstanceOf(BrokenExecutorError);
    await executor.terminate();
    expect(executor.stats()).toMatchObject({ workers: 0, state: 'broken' });
  });

  it('test_force_shutdown_workers_not_started_yet', async () => {
    const executor = new ProcessPoolExecutor({ maxWorkers: 1 });
    await executor.terminate();
    expect(executor.stats()).toMatchObject({ workers: 0, submitted: 0 });
  });

  it('test_force_shutdown_workers_stops_pool', async () => {
    const executor = new ProcessPoolExecutor({ maxWorkers: 1 });
    expect(await executor.submit(sleepItem, 0)).toBe(0);
    await executor.terminate();
    expect(await rejectionOf(executor.submit(sleepItem, 0))).toMatchObject({ code: 'ERR_EXECUTOR_SHUTDOWN' });
  });
});
