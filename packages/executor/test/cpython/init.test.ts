import { BrokenExecutorError } from '@offloop/executor';
import { describe, expect, it } from 'vitest';
import { getState, initialize, initializeFail } from '../fixtures/cpython.worker.mjs';
import { rejectionOf } from '../fixtures/outcome.ts';
import { poolKinds } from '../fixtures/pools.ts';

describe.each(poolKinds)('InitializerMixin: %s', (_kind, Pool) => {
  it('test_initializer', async () => {
    await using executor = new Pool({ maxWorkers: 2, initializer: initialize, initArgs: ['initialized'] });
    const states = await Promise.all(Array.from({ length: 6 }, () => executor.submit(getState)));
    expect(new Set(states)).toEqual(new Set(['initialized']));
  });
});

describe.each(poolKinds)('FailingInitializerMixin: %s', (_kind, Pool) => {
  it('test_initializer', async () => {
    await using executor = new Pool({ maxWorkers: 2, initializer: initializeFail });
    const error = await rejectionOf(executor.submit(getState));
    expect(error).toBeInstanceOf(BrokenExecutorError);
    expect((error as Error).cause).toMatchObject({ message: 'error in initializer' });
    expect(await rejectionOf(executor.submit(getState))).toBeInstanceOf(BrokenExecutorError);
  });

  it('test_spawn', async () => {
    const executor = new Pool({ maxWorkers: 2, initializer: initializeFail });
    await rejectionOf(executor.submit(getState));
    await executor.shutdown();
    expect(executor.stats()).toMatchObject({ workers: 0, starting: 0, running: 0, queued: 0 });
  });
});
