import { AsyncLocalStorage } from 'node:async_hooks';
import { gzipSync } from 'node:zlib';
import {
  DataCloneError,
  ExecutorShutdownError,
  propagate,
  runInExecutor,
  TimeoutError,
  WorkerCrashedError,
} from '@offloop/executor';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  bufferFacts,
  bytes,
  echo,
  exit,
  fail,
  later,
  spin,
  square,
  sum,
  whereAmI,
} from '../fixtures/basic.worker.mjs';
import type { ContractExecutor } from '../fixtures/executors.ts';

/**
 * What every executor promises, whatever runs its tasks: one describe with a test for each promise. `make` gives an
 * executor of so many workers for each test, which ends it; packages that bring an executor of their own run it too.
 */
export function describeContract(
  kind: string,
  make: (maxWorkers: number) => ContractExecutor | Promise<ContractExecutor>,
): void {
  describe(`every executor: ${kind}`, () => {
    runContract(make);
  });
}

function runContract(make: Parameters<typeof describeContract>[1]): void {
  let executor: ContractExecutor;
  beforeEach(async () => {
    executor = await make(2);
  });
  afterEach(async () => {
    await executor.shutdown({ force: true });
  });

  it('answers with the result of a named task', async () => {
    expect(await executor.submit(square, 5)).toBe(25);
    expect(await executor.submit(sum, 1, 2, 3)).toBe(6);
  });

  it('runs builtin functions found by identity', async () => {
    const zipped = await executor.submit(gzipSync, 'offloop');
    expect(Buffer.isBuffer(zipped)).toBe(true);
  });

  it('is taken by runInExecutor', async () => {
    expect(await runInExecutor(executor, square, 6)).toBe(36);
  });

  it('awaits what an asynchronous task returns', async () => {
    expect(await executor.submit(later, 1, 'done')).toBe('done');
  });

  it('runs tasks somewhere else', async () => {
    const place = await executor.submit(whereAmI);
    expect(`${String(place.pid)}/${String(place.threadId)}`).not.toBe(`${String(process.pid)}/0`);
  });

  it('hands Buffers over as Buffers, in both directions and inside objects', async () => {
    expect(JSON.parse(await executor.submit(bufferFacts, Buffer.from('small')))).toMatchObject({
      isBuffer: true,
      text: 'small',
    });
    const back = await executor.submit(echo, { list: [Buffer.from('nested')], top: Buffer.from('top') });
    expect(back.list[0]).toEqual(Buffer.from('nested'));
    expect(Buffer.isBuffer(back.list[0]) && Buffer.isBuffer(back.top)).toBe(true);
    expect((await executor.submit(bytes, 'abc')).toString('hex')).toBe('616263');
  });

  it('rejects with an error of the class, with its code, own properties and cause', async () => {
    const error = await executor.submit(fail, 'custom').catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TypeError);
    expect(error).toMatchObject({ name: 'HttpError', message: 'teapot', status: 418, code: 'E_HTTP' });
    const outer = (await executor.submit(fail, 'cause').catch((reason: unknown) => reason)) as Error;
    expect(outer.cause).toBeInstanceOf(SyntaxError);
    expect((outer.cause as Error).cause).toEqual({ plain: true });
  });

  it.each([
    ['null', null],
    ['undefined', undefined],
    ['text', 'plain text'],
  ])('rejects when %s is thrown', async (what, expected) => {
    const outcome = await executor.submit(fail, what).then(
      () => 'resolved',
      (reason: unknown) => ({ reason }),
    );
    expect(outcome).toEqual({ reason: expected });
  });

  it('names the argument that cannot be cloned, and goes on', async () => {
    const error = await executor
      .submit(echo, { list: [1, { onDone: () => undefined }] })
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(DataCloneError);
    expect(error).toMatchObject({ path: 'arguments[0].list[1].onDone', code: 'ERR_DATA_CLONE' });
    expect(await executor.submit(square, 2)).toBe(4);
  });

  it('fails one task when its worker exits, and no other', async () => {
    const doomed = executor.submit(exit, 3).catch((reason: unknown) => reason);
    const healthy = executor.submit(square, 3);
    expect(await doomed).toBeInstanceOf(WorkerCrashedError);
    expect(await healthy).toBe(9);
    expect(await executor.submit(square, 4)).toBe(16);
  });

  it('ends an endless loop when its signal aborts, and runs the next task', async () => {
    const controller = new AbortController();
    const task = executor.with({ signal: controller.signal }).submit(spin);
    await task.started;
    controller.abort(new Error('enough'));
    await expect(task).rejects.toThrow('enough');
    expect(task.state).toBe('cancelled');
    expect(await executor.submit(square, 3)).toBe(9);
  });

  it('ends an endless loop when its time is over', async () => {
    await expect(executor.with({ timeout: 300 }).submit(spin)).rejects.toBeInstanceOf(TimeoutError);
    expect(await executor.submit(square, 3)).toBe(9);
  });

  it('never starts a task that is cancelled in the queue', async () => {
    const running = [executor.submit(later, 100), executor.submit(later, 100)];
    await Promise.all(running.map((task) => task.started));
    const queued = executor.submit(square, 1);
    expect(queued.cancel(new Error('changed my mind'))).toBe(true);
    await expect(queued).rejects.toThrow('changed my mind');
    expect(await queued.started).toBe(false);
    await Promise.all(running);
  });

  it('refuses a signal that is aborted already without running anything', async () => {
    const task = executor.with({ signal: AbortSignal.abort(new Error('too late')) }).submit(square, 1);
    await expect(task).rejects.toThrow('too late');
    expect(task.state).toBe('cancelled');
  });

  it('maps items in their order', async () => {
    const results: number[] = [];
    for await (const value of executor.map(square, [1, 2, 3, 4, 5, 6, 7])) results.push(value);
    expect(results).toEqual([1, 4, 9, 16, 25, 36, 49]);
  });

  it('maps in chunks with the same results', async () => {
    const results: number[] = [];
    for await (const value of executor.map(square, [1, 2, 3, 4, 5], { chunkSize: 2 })) results.push(value);
    expect(results).toEqual([1, 4, 9, 16, 25]);
  });

  it('finishes what is queued before it shuts down, and takes nothing afterwards', async () => {
    const tasks = Array.from({ length: 10 }, (_, index) => executor.submit(square, index));
    await executor.shutdown();
    expect(await Promise.all(tasks)).toEqual([0, 1, 4, 9, 16, 25, 36, 49, 64, 81]);
    const refused = await executor.submit(square, 1).catch((reason: unknown) => reason);
    expect(refused).toBeInstanceOf(ExecutorShutdownError);
  });

  it('cancels what is queued when asked to', async () => {
    const running = [executor.submit(later, 200, 'a'), executor.submit(later, 200, 'b')];
    await Promise.all(running.map((task) => task.started));
    const queued = [executor.submit(square, 1), executor.submit(square, 2)];
    const outcomes = Promise.allSettled(queued);
    await executor.shutdown({ cancelPending: true });
    expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await Promise.all(running)).toEqual(['a', 'b']);
  });

  it('carries registered context to the task and keeps unregistered context here', async () => {
    const storage = new AsyncLocalStorage<{ readonly id: string }>();
    const end = propagate(storage, { key: 'unknown-over-there' });
    expect(await storage.run({ id: 'r-1' }, () => executor.submit(square, 2))).toBe(4);
    end();
  });
}
