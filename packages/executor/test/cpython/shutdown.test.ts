import type { WorkerEvent } from '@offloop/executor';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { ProcessPoolExecutor, ThreadPoolExecutor } from '@offloop/executor';
import { describe, expect, it } from 'vitest';
import { multiply, sleepItem, text } from '../fixtures/cpython.worker.mjs';
import { collect, rejectionOf } from '../fixtures/outcome.ts';
import { poolKinds } from '../fixtures/pools.ts';
import { runScript } from '../fixtures/runScript.ts';

const script = (Pool: { readonly name: string }, body: string): ReturnType<typeof runScript> =>
  runScript(`import { ${Pool.name} } from '@offloop/executor';
    import { answerAfter, multiply } from './cpython.worker.mjs';
    const executor = new ${Pool.name}({ maxWorkers: 1 });
    const print = (value) => console.log(value);
    ${body}`);

describe.each(poolKinds)('ExecutorShutdownTest: %s', (_kind, Pool) => {
  it('test_run_after_shutdown', async () => {
    const executor = new Pool({ maxWorkers: 1 });
    await executor.shutdown();
    expect(await rejectionOf(executor.submit(Math.pow, 2, 5))).toMatchObject({
      code: 'ERR_EXECUTOR_SHUTDOWN',
    });
  });

  it('test_interpreter_shutdown', async () => {
    const { code, stdout } = await script(Pool, "executor.submit(answerAfter, 'apple', 50).then(print);");
    expect({ code, stdout: stdout.trim() }).toEqual({ code: 0, stdout: 'apple' });
  });

  it('test_submit_after_interpreter_shutdown', async () => {
    const { code, stdout } = await script(
      Pool,
      `process.on('exit', () => {
        const task = executor.submit(multiply, 6, 7);
        task.catch(() => undefined);
        print('submitted');
      });`,
    );
    expect({ code, stdout: stdout.trim() }).toEqual({ code: 0, stdout: 'submitted' });
  });

  it('test_hang_issue12364', async () => {
    const executor = new Pool({ maxWorkers: 5 });
    const tasks = Array.from({ length: 50 }, () => executor.submit(sleepItem, 5));
    await executor.shutdown();
    expect(await Promise.all(tasks)).toHaveLength(50);
  });

  it('test_cancel_futures', async () => {
    const executor = new Pool({ maxWorkers: 5 });
    const tasks = Array.from({ length: 50 }, () => executor.submit(sleepItem, 20));
    const outcomes = Promise.allSettled(tasks);
    await Promise.all(tasks.slice(0, 2).map((task) => task.started));
    await executor.shutdown({ cancelPending: true });
    await outcomes;
    const cancelled = tasks.filter(({ state }) => state === 'cancelled');
    expect(cancelled.length).toBeGreaterThan(20);
    expect(tasks.filter(({ state }) => state === 'fulfilled').length).toBe(50 - cancelled.length);
  });

  it('test_hang_gh83386', async () => {
    const { code, stdout } = await script(
      Pool,
      `const task = executor.submit(answerAfter, 'apple', 100);
      task.then(print);
      await task.started;
      await executor.shutdown({ wait: false });`,
    );
    expect({ code, stdout: stdout.trim() }).toEqual({ code: 0, stdout: 'apple' });
  });

  it('test_hang_gh94440', async () => {
    const executor = new Pool({ maxWorkers: 1 });
    await executor.submit(multiply, 1, 1);
    const task = executor.submit(multiply, 1, 1);
    expect(task.cancel()).toBe(true);
    await rejectionOf(task);
    await executor.shutdown();
    expect(executor.stats().state).toBe('closed');
  });
});

describe.each([
  ['ThreadPoolShutdownTest', 'test_threads_terminate', ThreadPoolExecutor],
  ['ProcessPoolShutdownTest', 'test_processes_terminate', ProcessPoolExecutor],
] as const)('%s', (_class, terminateName, Pool) => {
  it(terminateName, async () => {
    const executor = new Pool({ maxWorkers: 3 });
    const tasks = [21, 22, 23].map((left) => executor.submit(multiply, left, 2));
    expect(executor.stats().workers).toBe(3);
    await executor.shutdown();
    expect(await Promise.all(tasks)).toEqual([42, 44, 46]);
    expect(executor.stats()).toMatchObject({ workers: 0, state: 'closed' });
  });

  it('test_context_manager_shutdown', async () => {
    let kept: ThreadPoolExecutor | ProcessPoolExecutor;
    {
      await using executor = new Pool({ maxWorkers: 5 });
      kept = executor;
      expect(await collect(executor.map(text, [1, 2, 3]))).toEqual(['1', '2', '3']);
    }
    expect(kept.stats()).toMatchObject({ workers: 0, state: 'closed' });
  });

  it('test_del_shutdown', async () => {
    const ends = watchEnds();
    await (async () => {
      const executor = new Pool({ maxWorkers: 2, idleTimeout: 30, name: ends.name });
      await collect(executor.map(text, [1, 2, 3]));
    })();
    // Nobody holds the executor any more; its workers end of themselves.
    await ends.atLeast(1);
    ends.stop();
  });

  it('test_shutdown_no_wait', async () => {
    const executor = new Pool({ maxWorkers: 5 });
    const results = executor.map(text, [1, 2, 3], { eager: true });
    const all = collect(results);
    await new Promise((resolve) => setImmediate(resolve));
    await executor.shutdown({ wait: false });
    expect(await all).toEqual(['1', '2', '3']);
    await executor.shutdown();
    expect(executor.stats().workers).toBe(0);
  });
});

describe('ThreadPoolShutdownTest: names and exit', () => {
  it('test_thread_names_assigned', async () => {
    await using executor = new ThreadPoolExecutor({ maxWorkers: 3, name: 'SpecialPool' });
    await executor.prestart();
    const names = (await executor.utilization()).map(({ name }) => name);
    expect(names).toEqual(['SpecialPool-0', 'SpecialPool-1', 'SpecialPool-2']);
  });

  it('test_thread_names_default', async () => {
    await using executor = new ThreadPoolExecutor({ maxWorkers: 2 });
    await executor.prestart();
    for (const { name } of await executor.utilization()) expect(name).toMatch(/^thread-pool-\d+-\d$/);
  });

  it('test_cancel_futures_wait_false', async () => {
    const { code, stdout } = await script(
      ThreadPoolExecutor,
      `const task = executor.submit(answerAfter, 'apple', 100);
      task.then(print);
      await task.started;
      executor.submit(answerAfter, 'never', 0).catch(() => undefined);
      await executor.shutdown({ wait: false, cancelPending: true });`,
    );
    expect({ code, stdout: stdout.trim() }).toEqual({ code: 0, stdout: 'apple' });
  });
});

function watchEnds(): { name: string; atLeast: (count: number) => Promise<void>; stop: () => void } {
  const name = `watched-${String(Math.random())}`;
  let ended = 0;
  let wake = (): void => undefined;
  const listener = (event: unknown): void => {
    if ((event as WorkerEvent).executor !== name) return;
    ended++;
    wake();
  };
  subscribe('offloop.executor.worker.end', listener);
  return {
    name,
    atLeast: async (count) => {
      while (ended < count) await new Promise<void>((resolve) => (wake = resolve));
    },
    stop: () => {
      unsubscribe('offloop.executor.worker.end', listener);
    },
  };
}
