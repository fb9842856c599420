import { describe, expect, it } from 'vitest';
import { runScript } from '../fixtures/runScript.ts';

const program = (Pool: string): string => `
  import { ${Pool} } from '@offloop/executor';
  import { killMyself, square } from './basic.worker.mjs';
  const pool = new ${Pool}({ maxWorkers: 1 });
  const [crashed, next] = await Promise.allSettled([pool.submit(killMyself, 'SIGSEGV'), pool.submit(square, 4)]);
  console.log(crashed.reason?.code, crashed.reason?.signal, next.value);`;

describe('a native crash', () => {
  it('of a process fails its task alone; the program goes on', async () => {
    const { stdout, code } = await runScript(program('ProcessPoolExecutor'));
    expect({ stdout: stdout.trim(), code }).toEqual({ stdout: 'ERR_WORKER_CRASHED SIGSEGV 16', code: 0 });
  });

  it('of a thread takes the program with it: threads share one process', async () => {
    const { stdout, signal } = await runScript(program('ThreadPoolExecutor'));
    expect({ stdout, signal }).toEqual({ stdout: '', signal: 'SIGSEGV' });
  });
});
