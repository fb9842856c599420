import { appendFileSync, cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pbkdf2Sync } from 'node:crypto';
import { execSync } from 'node:child_process';
import type { TaskPromise } from '@offloop/executor';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { square, waitFor } from './fixtures/queue.worker.mjs';
import { RedisServer } from './support/redisServer.ts';
import { rejectionOf, Setting, until } from './support/setting.ts';
import { fixtures, WorkerProcess } from './support/workerProcess.ts';

let redis: RedisServer;
let setting: Setting;
beforeAll(async () => {
  redis = await RedisServer.start();
});
afterAll(() => redis[Symbol.asyncDispose]());
beforeEach(async () => {
  setting = await Setting.make(redis);
});
afterEach(() => setting[Symbol.asyncDispose]());

/** The task files as another release has them. */
function otherBuild(): string {
  const folder = setting.file('other');
  mkdirSync(folder);
  cpSync(join(fixtures, 'queue.worker.mjs'), join(folder, 'queue.worker.mjs'));
  appendFileSync(join(folder, 'queue.worker.mjs'), '// another release\n');
  const modules = fileURLToPath(new URL('../../../node_modules', import.meta.url));
  symlinkSync(modules, join(folder, 'node_modules'));
  return folder;
}

function cancelledAfter(task: TaskPromise<unknown>, ms: number): TaskPromise<unknown> {
  setTimeout(() => task.cancel(), ms);
  return task;
}

describe('a worker with another build', () => {
  it('says so on both sides, and the task waits for one with the same', async () => {
    const other = await setting.worker({ cwd: otherBuild() });
    const warnings: Error[] = [];
    const hear = (warning: Error): void => void warnings.push(warning);
    process.on('warning', hear);
    const executor = setting.executor();
    const task = executor.submit(square, 6);
    await until(async () => (await executor.overview()).parked === 1);
    const said =
      /queue\.worker#square waits for a worker with build queue\.worker@[0-9a-f]{16}: worker .* has build/;
    await other.whenSaid(said);
    await until(() => warnings.length > 0);
    process.off('warning', hear);
    expect(warnings[0]).toMatchObject({
      code: 'OFFLOOP_QUEUE_BUILD_MISMATCH',
      message: expect.stringMatching(said) as string,
    });
    expect(task.state).not.toBe('rejected');
    await setting.worker();
    expect(await task).toBe(36);
    expect((await executor.overview()).parked).toBe(0);
  });

  it('does not hold the tasks of its own build up', async () => {
    await setting.worker({ cwd: otherBuild(), tasks: ['*.worker.mjs'] });
    const executor = setting.executor();
    const waiting = [1, 2, 3].map((value) => executor.submit(square, value));
    await until(async () => (await executor.overview()).parked === 3);
    await setting.worker();
    expect(await Promise.all(waiting)).toEqual([1, 4, 9]);
  });

  it('lets a parked task be cancelled', async () => {
    await setting.worker({ cwd: otherBuild() });
    const executor = setting.executor();
    const task = executor.submit(waitFor, setting.log, setting.gate);
    await until(async () => (await executor.overview()).parked === 1);
    await until(() => task.state === 'running');
    task.cancel();
    await rejectionOf(task);
    await until(async () => (await executor.overview()).parked === 0);
  });

  it('never runs a task that was cancelled while it was being parked', async () => {
    await setting.worker({ cwd: otherBuild() });
    const executor = setting.executor();
    await rejectionOf(cancelledAfter(executor.submit(waitFor, setting.log, setting.gate), 300));
    const tasks = Array.from({ length: 60 }, (_, index) =>
      cancelledAfter(executor.submit(waitFor, setting.log, setting.gate), index),
    );
    await Promise.all(tasks.map(rejectionOf));
    await until(async () => (await executor.overview()).parked === 0);
    await setting.worker();
    expect(await executor.submit(square, 6)).toBe(36);
    expect(setting.lines()).toEqual([]);
  });

  it('makes the task fail when that is wanted', async () => {
    await setting.worker({ cwd: otherBuild() });
    const executor = setting.executor({ onBuildMismatch: 'reject' });
    const error = await rejectionOf(executor.submit(square, 6));
    expect(error).toMatchObject({ code: 'ERR_BUILD_MISMATCH', name: 'BuildMismatchError' });
    await until(async () => (await executor.overview()).parked === 0);
  });

  it('runs the task when both sides name the same build', async () => {
    await setting.worker({ cwd: otherBuild(), args: ['--build', 'release-7'] });
    expect(await setting.executor({ build: 'release-7' }).submit(square, 6)).toBe(36);
  });
});

describe('what a worker runs', () => {
  it('is what its task files export, and builtin functions that compute', async () => {
    await setting.worker();
    const executor = setting.executor();
    expect(await executor.submit(pbkdf2Sync, 'a', 'b', 1, 8, 'sha256')).toHaveLength(8);
    expect(await executor.submit(JSON.parse, '[1]')).toEqual([1]);
    const refused = [
      executor.submit(execSync, 'true'),
      executor.submit({ module: 'global', export: 'JSON.constructor.constructor' }, 'return 1'),
      executor.submit({ module: 'child_process', export: 'execSync', base: import.meta.url }, 'true'),
      executor.submit(
        { module: join(fixtures, 'queue.worker.mjs'), export: 'square.constructor' },
        'return 1',
      ),
    ];
    for (const task of refused)
      expect(await rejectionOf(task)).toMatchObject({
        name: 'TaskReferenceError',
        code: 'ERR_TASK_NOT_REFERENCABLE',
      });
  });

  it('is any module when it was started so', async () => {
    await setting.worker({ args: ['--allow-any-module'] });
    expect(String(await setting.executor().submit(execSync, 'echo here')).trim()).toBe('here');
  });

  it('is named by the file, with what it exports, when there is no such function', async () => {
    await setting.worker();
    const missing = { module: join(fixtures, 'queue.worker.mjs'), export: 'nothing' };
    const error = await rejectionOf(setting.executor().submit(missing));
    expect(error).toMatchObject({ code: 'ERR_TASK_EXPORT_NOT_FOUND' });
  });
});

describe('offloop-worker', () => {
  it.each([
    [['--tasks', 'nothing/*.js'], /No file matches nothing\/\*\.js in .*: build first, or check the pattern/],
    [['--concurrency', 'many'], /--concurrency must be a number; got many/],
    [['--concurrency', '0'], /concurrency must be a whole number of at least 1; got 0/],
  ])('says what is wrong with %j, and ends', async (args, message) => {
    const tasks = args[0] === '--tasks' ? [] : ['*.worker.mjs'];
    const worker = WorkerProcess.spawn({ redis: redis.url, queue: setting.queue, tasks, args });
    setting.own(worker);
    await worker.whenSaid(message);
    expect(await worker.whenEnded()).toBe(1);
  });
});
