import { describe, expect, it } from 'vitest';
import { runScript } from '../fixtures/runScript.ts';

const kinds = ['ThreadPoolExecutor', 'ProcessPoolExecutor'];

describe.each(kinds)('a program with a %s', (kind) => {
  const head = `import { ${kind} as Pool, toThread } from '@offloop/executor';
    import { later, square, spin } from './basic.worker.mjs';`;

  it('ends by itself while the pool is idle', async () => {
    const outcome = await runScript(`${head}
      const pool = new Pool({ maxWorkers: 2, minWorkers: 2 });
      console.log(await pool.submit(square, 3));`);
    expect(outcome).toMatchObject({ code: 0, stdout: '9\n' });
  });

  it('is held by a pending task, also when its promise was dropped', async () => {
    const outcome = await runScript(`${head}
      const pool = new Pool({ maxWorkers: 1 });
      pool.submit(later, 50, 'ran').then(console.log);
      pool.submit(square, 4).then(console.log);`);
    expect(outcome).toMatchObject({ code: 0, stdout: 'ran\n16\n' });
  });

  it('waits for shutdown() although idle workers do not hold it', async () => {
    const outcome = await runScript(`${head}
      const pool = new Pool({ maxWorkers: 2 });
      await pool.prestart();
      await pool.shutdown();
      console.log('shut down');`);
    expect(outcome).toMatchObject({ code: 0, stdout: 'shut down\n' });
  });

  it('is not kept by a task it cancelled', async () => {
    const outcome = await runScript(`${head}
      const pool = new Pool({ maxWorkers: 1 });
      const task = pool.submit(spin);
      await task.started;
      task.cancel();
      await task.catch((error) => console.log(error.name));`);
    expect(outcome).toMatchObject({ code: 0, stdout: 'AbortError\n' });
  });

  it('can submit while it exits without hanging', async () => {
    const outcome = await runScript(`${head}
      const pool = new Pool({ maxWorkers: 1 });
      await pool.submit(square, 2);
      process.on('exit', () => { pool.submit(square, 3).catch(() => undefined); console.log('exiting'); });`);
    expect(outcome).toMatchObject({ code: 0, stdout: 'exiting\n' });
  });

  it('ends a busy worker with process.exit()', async () => {
    const outcome = await runScript(`${head}
      const pool = new Pool({ maxWorkers: 1 });
      const task = pool.submit(spin);
      await task.started;
      task.catch(() => undefined);
      console.log('leaving');
      process.exit(3);`);
    expect(outcome).toMatchObject({ code: 3, stdout: 'leaving\n' });
  });
});
