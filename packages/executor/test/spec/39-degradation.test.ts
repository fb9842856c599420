import { DataCloneError, ProcessPoolExecutor, ThreadPoolExecutor } from '@offloop/executor';
import { afterAll, describe, expect, it } from 'vitest';
import { echo } from '../fixtures/basic.worker.mjs';
import { rejectionOf } from '../fixtures/outcome.ts';
import { poolKinds } from '../fixtures/pools.ts';
import { runScript } from '../fixtures/runScript.ts';

describe('values that lose something on the way', () => {
  it('are warned of where NODE_ENV says nothing: arguments and results, each once', async () => {
    const { stdout } = await runScript(`
      delete process.env.NODE_ENV;
      const { toThread } = await import('@offloop/executor');
      const { echo, point } = await import('./basic.worker.mjs');
      class Money { cents = 100; format() { return String(this.cents / 100); } }
      process.removeAllListeners('warning');
      process.on('warning', ({ name, code, message }) => console.log(name, code, message.split(' arrives')[0]));
      const value = { price: new Money(), get computed() { return 1; } };
      for (let i = 0; i < 3; i++) await toThread(echo, value);
      for (let i = 0; i < 3; i++) await toThread(point);`);
    expect(stdout.trim().split('\n')).toEqual(
      [
        'basic.worker#echo: arguments[0].computed (accessor)',
        'basic.worker#echo: arguments[0].price (instance of Money)',
        'basic.worker#point: result (instance of Point)',
      ].map((text) => `ExecutorWarning OFFLOOP_EXECUTOR_DEGRADED ${text}`),
    );
  });

  it.each(['development', 'test'])('reject the task when NODE_ENV is %s', async (environment) => {
    const { stdout } = await runScript(
      `process.env.NODE_ENV = '${environment}';
      const { toThread } = await import('@offloop/executor');
      const { point } = await import('./basic.worker.mjs');
      for (let i = 0; i < 20; i++) await toThread(point).catch(({ name, path }) => console.log(name, path));`,
    );
    expect(stdout).toBe('DataCloneError result\n'.repeat(20));
  });

  it("are nobody's business in production", async () => {
    const { stderr } = await runScript(
      `process.env.NODE_ENV = 'production';
      const { toThread } = await import('@offloop/executor');
      const { point } = await import('./basic.worker.mjs');
      await toThread(point);`,
    );
    expect(stderr).toBe('');
  });
});

class Money {
  cents = 100;
}
class Names extends Map<string, string> {}
const hidden = Object.defineProperty({ seen: 1 }, 'hidden', { value: 2 });
const global = /x/g;
global.lastIndex = 1;

/** Path of the loss, and a value that has it. */
const stripped: readonly (readonly [path: string, value: unknown])[] = [
  ['arguments[0]', new Money()],
  ['arguments[0].price', { price: new Money() }],
  ['arguments[0].list[1]', { list: [0, new Money()] }],
  ['arguments[0].get("a")', new Map([['a', new Money()]])],
  ['arguments[0].values()', new Set([new Money()])],
  ['arguments[0]', new Names([['a', 'b']])],
  ['arguments[0]', new (class Stack extends Array<number> {})(3)],
  [
    'arguments[0].computed',
    {
      get computed() {
        return 1;
      },
    },
  ],
  ['arguments[0][Symbol(key)]', { [Symbol('key')]: 1, a: 1 }],
  ['arguments[0].hidden', hidden],
  ['arguments[0]', Object.create(null)],
  ['arguments[0].settings', { settings: Object.freeze({ a: 1 }) }],
  ['arguments[0].settings', { settings: Object.seal({ a: 1 }) }],
  ['arguments[0]', Object.freeze([1, 2])],
  ['arguments[0].error.code', { error: Object.assign(new Error('e'), { code: 'E_X' }) }],
  ['arguments[0].error', { error: new (class HttpError extends Error {})('e') }],
  ['arguments[0].lastIndex', global],
];

describe.each(poolKinds)('degraded in a pool of kind %s', (_kind, Pool) => {
  const strict = new Pool({ maxWorkers: 1, degraded: 'throw' });
  afterAll(() => strict.terminate());

  it.each(stripped)("'throw' rejects with the path: %s", async (path, value) => {
    const error = await rejectionOf(strict.submit(echo, value));
    expect(error).toBeInstanceOf(DataCloneError);
    expect(error).toMatchObject({ path, code: 'ERR_DATA_CLONE' });
    expect(await strict.submit(echo, 1)).toBe(1);
  });

  it('says nothing of what arrives as it was', async () => {
    const cyclic: Record<string, unknown> = { n: 1n };
    cyclic['self'] = cyclic;
    for (const value of [
      [new Map([['a', new Date()]]), new Set([/x/]), new Uint8Array(2), Buffer.from('a'), new TypeError('e')],
      { list: [{ deep: { buffer: Buffer.from('b') } }], nothing: null, empty: {} },
      new AggregateError([new Error('one')], 'all'),
      cyclic,
    ])
      expect(await strict.submit(echo, value)).toBeDefined();
  });

  it("'warn' and 'ignore' let it pass, also in a test", async () => {
    await using lenient = new Pool({ maxWorkers: 1, degraded: 'ignore' });
    expect(await lenient.submit(echo, new Money())).toEqual({ cents: 100 });
    expect(() => new Pool({ degraded: 'shout' as never })).toThrow(TypeError);
  });
});

it('a Buffer inside a Map loses its class in threads, and keeps it in processes', async () => {
  await using threads = new ThreadPoolExecutor({ maxWorkers: 1, degraded: 'throw' });
  await using processes = new ProcessPoolExecutor({ maxWorkers: 1, degraded: 'throw' });
  const value = new Map([['a', Buffer.from('x')]]);
  expect(await rejectionOf(threads.submit(echo, value))).toMatchObject({ path: 'arguments[0].get("a")' });
  expect(Buffer.isBuffer((await processes.submit(echo, value)).get('a'))).toBe(true);
});
