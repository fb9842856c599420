import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { append, failTimes } from '../fixtures/queue.worker.mjs';
import { Setting, until } from '../support/setting.ts';
import { fixtures } from '../support/workerProcess.ts';

let setting: Setting;
beforeEach(async () => {
  setting = await Setting.make();
});
afterEach(() => setting[Symbol.asyncDispose]());

describe('a queue survives', () => {
  it.each([-3_600_000, 3_600_000])(
    'a worker whose clock is wrong by %i ms: tasks, retries and results',
    async (offset) => {
      const flags = ['--require', `${fixtures}/clockAhead.cjs`];
      process.env['CLOCK_OFFSET'] = String(offset);
      const wrong = await setting.worker({ flags });
      delete process.env['CLOCK_OFFSET'];
      const executor = setting.executor();
      // Fails on the worker with the wrong clock, which then dies: its idea of the time must not bind the other one.
      const backoff = { retries: 1, backoff: 50 };
      const task = executor.with(backoff).submit(failTimes, setting.file('runs'), 1);
      await until(async () => (await executor.overview()).delayed === 1 || task.state === 'fulfilled');
      await wrong.end('SIGKILL');
      await setting.worker();
      expect(await task).toBe(2);
      expect(await executor.with({ key: 'k' }).submit(append, setting.log, 'once')).toBe('once');
      expect(await executor.with({ key: 'k' }).submit(append, setting.log, 'once')).toBe('once');
      expect(setting.lines()).toEqual(['once']);
    },
  );
});
