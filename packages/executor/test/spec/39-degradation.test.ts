import { ThreadPoolExecutor } from '@offloop/executor';
import { describe, expect, it } from 'vitest';
import { echo, point } from '../fixtures/basic.worker.mjs';
import { runScript } from '../fixtures/runScript.ts';

class Money {
  constructor(readonly cents: number) {}
  format(): string {
    return String(this.cents / 100);
  }
}

describe('values that lose something on the way are reported in development', () => {
  it('class instances and accessors among the arguments, class instances in results, each once', async () => {
    const warnings: Error[] = [];
    const listener = (warning: Error): void => void warnings.push(warning);
    process.on('warning', listener);
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    const value = {
      price: new Money(100),
      get computed() {
        return 1;
      },
    };
    await pool.submit(echo, value);
    await pool.submit(echo, value);
    expect(await pool.submit(point)).toEqual({ x: 3 });
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', listener);
    const texts = warnings
      .filter(({ name }) => name === 'ExecutorWarning')
      .map(({ message }) => message.split(' arrives')[0]);
    expect(texts).toEqual([
      'basic.worker#echo: arguments[0].computed (accessor)',
      'basic.worker#echo: arguments[0].price (instance of Money)',
      'basic.worker#point: result (instance of Point)',
    ]);
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
