import type { ProcessPoolExecutor, ThreadPoolExecutor } from '@offloop/executor';
import { DataCloneError, WorkerCrashedError } from '@offloop/executor';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  crash,
  crashWithData,
  exit,
  fail,
  killMyself,
  multiply,
  trappedResult,
} from '../fixtures/cpython.worker.mjs';
import { collect, rejectionOf } from '../fixtures/outcome.ts';
import { poolKinds } from '../fixtures/pools.ts';

const file = (name: string): { module: URL; export: string } => ({
  module: new URL(`../fixtures/${name}.mjs`, import.meta.url),
  export: 'nothing',
});

// After each of these the next task must run: in Python's pool the executor would be broken, here only the one task.
describe.each(poolKinds)('ExecutorDeadlockTest: %s', (kind, Pool) => {
  let executor: ThreadPoolExecutor | ProcessPoolExecutor;
  beforeEach(() => {
    executor = new Pool({ maxWorkers: 2 });
  });
  afterEach(async () => {
    expect(await executor.submit(multiply, 6, 7)).toBe(42);
    await executor.shutdown();
  });

  it('test_error_at_task_pickle', async () => {
    const submit = executor.submit as (...args: unknown[]) => PromiseLike<unknown>;
    expect(await rejectionOf(submit(multiply, () => 1))).toBeInstanceOf(DataCloneError);
  });

  it('test_exit_at_task_unpickle', async () => {
    expect(await rejectionOf(executor.submit(file('topLevelExits')))).toMatchObject({
      code: 'ERR_WORKER_EXITED',
    });
  });

  it('test_error_at_task_unpickle', async () => {
    expect(await rejectionOf(executor.submit(file('topLevelThrows')))).toMatchObject({
      message: 'at unpickle',
    });
  });

  it('test_crash_at_task_unpickle', async () => {
    const error = await rejectionOf(executor.submit(file('topLevelCrashes')));
    expect(error).toBeInstanceOf(WorkerCrashedError);
    expect((error as Error).cause).toMatchObject({ message: 'crash at unpickle' });
  });

  it('test_crash_during_func_exec_on_worker', async () => {
    // A native crash of a thread would take the whole process with it; an uncaught error is the worst a thread may do.
    const error = await rejectionOf(
      kind === 'process' ? executor.submit(killMyself, 'SIGSEGV') : executor.submit(crash),
    );
    expect(error).toMatchObject({ code: 'ERR_WORKER_CRASHED' });
  });

  it('test_exit_during_func_exec_on_worker', async () => {
    expect(await rejectionOf(executor.submit(exit, 1))).toMatchObject({
      code: 'ERR_WORKER_EXITED',
      exitCode: 1,
    });
  });

  it('test_error_during_func_exec_on_worker', async () => {
    expect(await rejectionOf(executor.submit(fail))).toBeInstanceOf(RangeError);
  });

  it('test_crash_during_result_pickle_on_worker', async () => {
    const how = kind === 'process' ? 'crash' : 'exit';
    expect(await rejectionOf(executor.submit(trappedResult, how))).toBeInstanceOf(WorkerCrashedError);
  });

  it('test_exit_during_result_pickle_on_worker', async () => {
    expect(await rejectionOf(executor.submit(trappedResult, 'exit'))).toMatchObject({
      code: 'ERR_WORKER_EXITED',
    });
  });

  it('test_error_during_result_pickle_on_worker', async () => {
    expect(await rejectionOf(executor.submit(trappedResult, 'error'))).toMatchObject({
      message: 'at pickle',
    });
  });

  it('test_crash_big_data', async () => {
    const data = 'a'.repeat(1_000_000);
    const error = await rejectionOf(collect(executor.map(crashWithData, Array<string>(10).fill(data))));
    expect(error).toMatchObject({ code: 'ERR_WORKER_EXITED', exitCode: 11 });
  });

  it('test_shutdown_deadlock', async () => {
    const dying = new Pool({ maxWorkers: 1 });
    const task = rejectionOf(dying.submit(exit, 1));
    await dying.shutdown();
    expect(await task).toMatchObject({ code: 'ERR_WORKER_EXITED' });
  });

  it('test_shutdown_deadlock_pickle', async () => {
    const failing = new Pool({ maxWorkers: 1 });
    await failing.submit(multiply, 1, 1);
    const submit = failing.submit as (...args: unknown[]) => PromiseLike<unknown>;
    const task = rejectionOf(submit(multiply, () => 1));
    await failing.shutdown();
    expect(await task).toBeInstanceOf(DataCloneError);
  });
});
