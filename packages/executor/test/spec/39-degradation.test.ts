import { describe, expect, it } from 'vitest';
import { runScript } from '../fixtures/runScript.ts';

describe('values that lose something on the way are reported in development', () => {
  it('class instances and accessors among the arguments, class instances in results, each once', async () => {
    const { stdout } = await runScript(`
      import { toThread } from '@offloop/executor';
      import { echo, point } from './basic.worker.mjs';
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

  it('platform objects are none of them', async () => {
    const { stderr } = await runScript(`
      import { toThread } from '@offloop/executor';
      import { echo } from './basic.worker.mjs';
      const map = new Map([['a', new Date()]]);
      await toThread(echo, [map, new Set([/x/]), new Uint8Array(2), Buffer.from('a'), new Error('e'), Object.create(null)]);`);
    expect(stderr).toBe('');
  });

  it('nothing is reported in production', async () => {
    const { stderr } = await runScript(
      `process.env.NODE_ENV = 'production';
      const { toThread } = await import('@offloop/executor');
      const { point } = await import('./basic.worker.mjs');
      await toThread(point);`,
    );
    expect(stderr).toBe('');
  });
});
