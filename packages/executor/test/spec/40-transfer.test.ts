import { MessageChannel } from 'node:worker_threads';
import { DataCloneError, ProcessPoolExecutor, ThreadPoolExecutor } from '@offloop/executor';
import { fromPiscina } from '@offloop/executor/piscina';
import { Piscina } from 'piscina';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ContractExecutor } from '../fixtures/executors.ts';
import { rejectionOf } from '../fixtures/outcome.ts';
import {
  byteLength,
  cutsTheConnection,
  goneMemory,
  nested,
  portInResult,
  postsItsOwn,
  sameMemoryThrice,
  takePort,
} from '../fixtures/transfer.worker.mjs';

/** Pools of one worker: what one task leaves behind, the next one meets. */
const kinds: Readonly<Record<string, () => ContractExecutor>> = {
  thread: () => new ThreadPoolExecutor({ maxWorkers: 1 }),
  process: () => new ProcessPoolExecutor({ maxWorkers: 1 }),
  piscina: () => fromPiscina(new Piscina({ minThreads: 1, maxThreads: 1 })),
};
const movingKinds = Object.entries(kinds).filter(([kind]) => kind !== 'process');

let pool: ContractExecutor;
const use = (make: () => ContractExecutor): void => {
  beforeEach(() => {
    pool = make();
  });
  // What hangs is seen by the timeout of this hook: the pool is drained, not killed.
  afterEach(async () => {
    expect(await pool.submit(byteLength, new Uint8Array(3))).toBe(3);
    await pool.shutdown();
  });
};

const refusal = async (task: PromiseLike<unknown>, path: string): Promise<void> => {
  const error = await rejectionOf(task);
  expect(error).toBeInstanceOf(DataCloneError);
  expect(error).toMatchObject({ name: 'DataCloneError', code: 'ERR_DATA_CLONE', path });
  expect((error as Error).message).toContain(path);
};

/** Memory, and what the arguments hold of it. */
const holdings: readonly (readonly [string, (memory: ArrayBuffer) => { readonly byteLength: number }])[] = [
  ['the ArrayBuffer itself', (memory) => memory],
  ['a view of all of it', (memory) => new Uint8Array(memory)],
  ['a view of a part of it', (memory) => new Float64Array(memory, 8, 4)],
  ['a DataView', (memory) => new DataView(memory)],
  ['a Buffer', (memory) => Buffer.from(memory, 16, 100)],
];

describe.each(movingKinds)('memory that two tasks of a %s pool take along', (_kind, make) => {
  use(make);

  it.each(holdings)('goes with the first; the second is refused by name: %s', async (_what, hold) => {
    const memory = new ArrayBuffer(100_000);
    const [one, two] = [hold(memory), hold(memory)];
    const length = one.byteLength;
    const moving = pool.with({ transfer: [memory] });
    const [first, second] = await Promise.allSettled([
      moving.submit(byteLength, one),
      moving.submit(byteLength, two),
    ]);
    expect(first).toEqual({ status: 'fulfilled', value: length });
    expect(second.status).toBe('rejected');
    await refusal(Promise.reject((second as PromiseRejectedResult).reason as Error), 'arguments[0]');
  });

  it('is refused when it is gone before anything is submitted, wherever it is', async () => {
    const memory = new ArrayBuffer(64);
    const view = new Uint8Array(memory);
    structuredClone(memory, { transfer: [memory] });
    await refusal(pool.with({ transfer: [memory] }).submit(byteLength, view), 'arguments[0]');
    const inside = { byteLength: 0, list: [1, { view }] };
    await refusal(pool.with({ transfer: [memory] }).submit(byteLength, inside), 'arguments[0].list[1].view');
    await refusal(pool.with({ transfer: [memory] }).submit(byteLength, { byteLength: 1 }), 'transfer[0]');
  });

  it('is refused when one list names it twice, or names what cannot move', async () => {
    const memory = new ArrayBuffer(64);
    await refusal(pool.with({ transfer: [memory, memory] }).submit(byteLength, memory), 'arguments[0]');
    expect(memory.byteLength).toBe(64);
    const view = new Uint8Array(8);
    await refusal(pool.with({ transfer: [view as never] }).submit(byteLength, view), 'arguments[0]');
    await refusal(pool.with({ transfer: [null as never] }).submit(byteLength, view), 'transfer[0]');
  });

  it('may be a port: it moves once, and works over there', async () => {
    const { port1, port2 } = new MessageChannel();
    const moving = pool.with({ transfer: [port2] });
    const said = new Promise((resolve) => port1.once('message', resolve));
    const [first, second] = await Promise.allSettled([
      moving.submit(takePort, port2),
      moving.submit(takePort, port2),
    ]);
    expect(first).toEqual({ status: 'fulfilled', value: 'MessagePort' });
    await refusal(Promise.reject((second as PromiseRejectedResult).reason as Error), 'arguments[0]');
    expect(await said).toBe('taken');
    port1.close();
  });
});

describe.each(Object.entries(kinds))('what a %s pool cannot send', (_kind, make) => {
  use(make);

  it.each(holdings)('is memory that is gone: %s', async (_what, hold) => {
    const memory = new ArrayBuffer(64 * 1024);
    const held = hold(memory);
    structuredClone(memory, { transfer: [memory] });
    await refusal(pool.submit(byteLength, held), 'arguments[0]');
  });

  it('is a port that no list names, open or closed', async () => {
    const { port1, port2 } = new MessageChannel();
    await refusal(pool.submit(takePort, port1), 'arguments[0]');
    const closed = new Promise((resolve) => port2.once('close', resolve));
    port1.close();
    await closed;
    await refusal(pool.submit(takePort, port1), 'arguments[0]');
  });

  it('is a value nested too deeply to be written', async () => {
    let deep: unknown[] = [];
    for (let level = 0; level < 50_000; level++) deep = [deep];
    await refusal(pool.submit(byteLength, deep as never), 'arguments');
  });

  it.each([
    ['result.list[0]', 'memory that is gone', goneMemory],
    ['result.deep[0]', 'a port', portInResult],
  ])('is in a result, too: %s (%s)', async (path, _what, run) => {
    await refusal(pool.submit(run), path);
  });

  // Threads have four times the stack of the main thread: they can write what it cannot read.
  it.each([6_000, 10_000, 50_000])('is a result nested %i levels deep', async (depth) => {
    await refusal(pool.submit(nested, depth), 'result');
  });
});

describe.each(Object.entries(kinds))('what a %s pool brings back', (_kind, make) => {
  use(make);

  it('may hold one memory several times', async () => {
    for (let round = 0; round < 3; round++) {
      const { one, two, part } = await pool.submit(sameMemoryThrice);
      expect([one.byteLength, two.byteLength, part.byteLength]).toEqual([200_000, 200_000, 10]);
      expect([one[5], two[5], part[5]]).toEqual([3, 3, 3]);
    }
  });
});

describe.each(Object.entries(kinds).filter(([kind]) => kind !== 'piscina'))(
  'a task of a %s',
  (_kind, make) => {
    use(make);

    it('may post messages of its own, which nobody takes for an answer', async () => {
      expect(await pool.submit(postsItsOwn)).toBe('answered');
    });

    it('that cuts its connection is answered all the same', async () => {
      expect(await rejectionOf(pool.submit(cutsTheConnection))).toMatchObject({ code: 'ERR_WORKER_EXITED' });
    });
  },
);

it('processes copy, whatever the transfer list says', async () => {
  await using processes = new ProcessPoolExecutor({ maxWorkers: 1 });
  const memory = new ArrayBuffer(64);
  const moving = processes.with({ transfer: [memory] });
  expect(await Promise.all([1, 2].map(() => moving.submit(byteLength, memory)))).toEqual([64, 64]);
  expect(memory.byteLength).toBe(64);
});
