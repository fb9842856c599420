import { AsyncLocalStorage } from 'node:async_hooks';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import {
  DataCloneError,
  propagate,
  ThreadPoolExecutor,
  TimeoutError,
  WorkerCrashedError,
} from '@offloop/executor';
import { bind } from '@offloop/executor/internal';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { square } from '../fixtures/basic.worker.mjs';
import { executorKinds, type ContractExecutor } from '../fixtures/executors.ts';
import { collect, rejectionOf } from '../fixtures/outcome.ts';
import {
  buffers,
  contextOfSteps,
  countSlowly,
  countTo,
  deepItem,
  endless,
  exitAfter,
  failAfter,
  inPlace,
  noGenerator,
  reports,
  reportsAndStreams,
  reportsUnclonable,
  spinAfterOne,
  unclonableItem,
  untilAborted,
} from '../fixtures/stream.worker.mjs';

const folder = mkdtempSync(join(tmpdir(), 'offloop-streams-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});
let files = 0;
const newFile = (): string => join(folder, String(files++));
const linesOf = (file: string): string[] => readFileSync(file, 'utf8').trim().split('\n');

/** What an iteration gave before it threw, and what it threw. */
async function untilError(items: AsyncIterable<unknown>): Promise<{ items: unknown[]; error: unknown }> {
  const got: unknown[] = [];
  try {
    for await (const item of items) got.push(item);
  } catch (error) {
    return { items: got, error };
  }
  throw new Error('It did not throw');
}

describe.each(Object.entries(executorKinds))('a stream of a %s executor', (_kind, make) => {
  let executor: ContractExecutor;
  beforeEach(() => {
    executor = make(1);
  });
  // The one worker is free again, whatever the stream did; and nothing hangs.
  afterEach(async () => {
    expect(await executor.submit(square, 3)).toBe(9);
    await executor.shutdown();
  });

  it.each([1, 2, 16, 1_000])('brings every item in its order, with a window of %i', async (streamWindow) => {
    const numbers = Array.from({ length: 100 }, (_, index) => index + 1);
    expect(await collect(executor.with({ streamWindow }).stream(countTo, 100))).toEqual(numbers);
    expect(await collect(executor.with({ streamWindow }).stream(countSlowly, 20))).toEqual(
      numbers.slice(0, 20),
    );
  });

  it('may be empty, and is over for good then', async () => {
    const stream = executor.stream(countTo, 0);
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    expect(stream.task?.state).toBe('fulfilled');
  });

  it('never runs ahead of its window', async () => {
    const file = newFile();
    const stream = executor.with({ streamWindow: 4 }).stream(endless, file);
    for (let taken = 1; taken <= 20; taken++) {
      expect(await stream.next()).toEqual({ done: false, value: taken });
      await turn();
      expect(linesOf(file).length).toBeLessThanOrEqual(taken + 4);
    }
    await stream.return();
    expect(linesOf(file).at(-1)).toBe('returned');
  });

  it('returns in the worker when the loop is left early', async () => {
    const file = newFile();
    for await (const value of executor.stream(endless, file)) if (value === 3) break;
    expect(linesOf(file).at(-1)).toBe('returned');
  });

  it('returns when its scope ends, also while a next() is pending', async () => {
    const file = newFile();
    let pending: Promise<unknown>;
    {
      await using stream = executor.with({ streamWindow: 1 }).stream(untilAborted, file);
      await stream.next();
      pending = Promise.all([stream.next(), stream.next(), stream.next()]);
    }
    expect(await pending).toContainEqual({ done: true, value: undefined });
  });

  it('throws the error of the generator, after the items before it', async () => {
    const { items, error } = await untilError(executor.stream(failAfter, 5));
    expect(items).toEqual([1, 2, 3, 4, 5]);
    expect(error).toBeInstanceOf(RangeError);
    expect(error).toMatchObject({ message: 'no more', code: 'E_EMPTY' });
    expect((error as Error).cause).toBeInstanceOf(TypeError);
  });

  it('throws when its worker dies, after the items before it', async () => {
    const { items, error } = await untilError(executor.stream(exitAfter, 3));
    expect(items).toEqual([1, 2, 3]);
    expect(error).toBeInstanceOf(WorkerCrashedError);
  });

  it('ends at once when it is cancelled, with the reason', async () => {
    const stream = executor.stream(spinAfterOne);
    expect(await stream.next()).toEqual({ done: false, value: 1 });
    const next = rejectionOf(stream.next());
    expect(stream.cancel(new Error('enough'))).toBe(true);
    expect(await next).toMatchObject({ message: 'enough' });
    expect(stream.task?.state).toBe('cancelled');
  });

  it('ends with its signal and with its time', async () => {
    const controller = new AbortController();
    const stream = executor.with({ signal: controller.signal }).stream(spinAfterOne);
    await stream.next();
    controller.abort(new Error('signalled'));
    expect(await rejectionOf(stream.next())).toMatchObject({ message: 'signalled' });
    expect((await untilError(executor.with({ runTimeout: 100 }).stream(spinAfterOne))).error).toBeInstanceOf(
      TimeoutError,
    );
  });

  it('that nobody began never runs', async () => {
    const file = newFile();
    const stream = executor.stream(endless, file);
    expect(stream.cancel(new Error('not needed'))).toBe(true);
    expect(await rejectionOf(stream.next())).toMatchObject({ message: 'not needed' });
    await executor.stream(endless, file).return();
    expect(() => linesOf(file)).toThrow(/ENOENT/);
  });

  it('frees a worker whose generator does not return, after graceMs', async () => {
    const stream = executor.with({ graceMs: 50 }).stream(spinAfterOne);
    await stream.next();
    expect(await stream.return()).toEqual({ done: true, value: undefined });
  });

  it('hands Buffers over as Buffers', async () => {
    const [small, large] = await collect(executor.stream(buffers));
    expect(small).toEqual(Buffer.from('one'));
    expect(Buffer.isBuffer(large) && large.length).toBe(100_000);
  });

  it('names what of an item cannot be cloned', async () => {
    const { items, error } = await untilError(executor.stream(unclonableItem));
    expect(items).toEqual([{ fine: 1 }]);
    expect(error).toBeInstanceOf(DataCloneError);
    expect(error).toMatchObject({ path: 'item.list[0].callback' });
  });

  it('fails by an item that cannot be read', async () => {
    const { error } = await untilError(executor.stream(deepItem));
    expect(error).toBeInstanceOf(DataCloneError);
    expect(error).toMatchObject({ path: 'item' });
  });

  it('says so when the task is no generator', async () => {
    const call = executor.stream as unknown as (fn: unknown) => AsyncIterable<unknown>;
    const { error } = await untilError(call(noGenerator));
    expect(error).toMatchObject({ name: 'TaskReferenceError', code: 'ERR_TASK_NOT_ITERABLE' });
  });

  it('has the context of its caller in every step', async () => {
    const storage = new AsyncLocalStorage<string>();
    const end = propagate(storage, { key: 'stream-request' });
    const stream = storage.run('r-7', () => {
      const items = executor.stream(contextOfSteps);
      return { items, first: items.next() };
    });
    expect((await stream.first).value).toBe('r-7');
    expect((await stream.items.next()).value).toBe('r-7');
    await stream.items.return();
    end();
  });
});

describe.each(Object.entries(executorKinds))('the progress of a task of a %s executor', (_kind, make) => {
  let executor: ContractExecutor;
  beforeEach(() => {
    executor = make(1);
  });
  afterEach(() => executor.shutdown());

  it('arrives in order and ends with the task', async () => {
    const task = executor.submit(reports, 5);
    const seen = await collect(task.progress);
    expect(seen).toEqual([1, 2, 3, 4, 5].map((step) => ({ step, of: 5, data: Buffer.from('p') })));
    expect(await task).toBe('done');
    expect(await collect(task.progress)).toEqual([]);
  });

  it('reaches everybody who listens, and nobody must', async () => {
    const task = executor.submit(reports, 3);
    const [one, two] = await Promise.all([collect(task.progress), collect(task.progress)]);
    expect([one.length, two.length]).toEqual([3, 3]);
    expect(await executor.submit(reports, 3)).toBe('done');
  });

  it('ends without an error when the task fails; the task has it', async () => {
    const task = executor.submit(reportsUnclonable);
    const failure = rejectionOf(task);
    expect(await collect(task.progress)).toEqual([]);
    expect(await failure).toMatchObject({ name: 'DataCloneError', path: 'progress.callback' });
  });

  it('is there beside a stream', async () => {
    const stream = executor.stream(reportsAndStreams, 4);
    const first = stream.next();
    const progress = collect(stream.task!.progress);
    await first;
    expect(await collect(stream)).toEqual([2, 3, 4]);
    expect(await progress).toEqual([0.25, 0.5, 0.75, 1]);
  });
});

it('streams inside a task run in place, and progress there is that of the task around them', async () => {
  await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
  const file = newFile();
  const task = pool.submit(inPlace, file);
  const progress = collect(task.progress);
  expect(await task).toEqual({ count: 40, last: 40, failing: [1, 2, 'no more'], reason: 'enough' });
  expect(linesOf(file).at(-1)).toBe('returned');
  expect(await progress).toHaveLength(2);
});

it('an executor of another package that cannot stream says so', () => {
  const other = bind({ maxWorkers: 1, submitCall: () => ({}) as never }, {});
  expect(() => other.stream(countTo, 1)).toThrow(
    expect.objectContaining({ code: 'ERR_EXECUTOR_NO_STREAMS' }),
  );
});
