import { pbkdf2 } from 'node:crypto';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import type { CpuTimeReading } from '../../../src/recording/recording.ts';
import { CpuTimeLog } from '../../../src/profiler/capture/cpuTimeLog.ts';

it('readings tell what all threads of a process used, where the system says so', async () => {
  const target = {
    pid: process.pid,
    node: process.version,
    argv: [],
    execArgv: [],
    cwd: process.cwd(),
    platform: process.platform,
    title: null,
    underDebugger: false,
    heapBytes: null,
    nowMs: null,
    startedMs: null,
  };
  const log = new CpuTimeLog(target, '127.0.0.1:9229');
  await log.read();
  // On threads of the pool.
  await Promise.all([1, 2].map(() => promisify(pbkdf2)('word', 'salt', 150_000, 32, 'sha512')));
  await log.read();
  const [first, last] = log.readings;
  const beside = (reading: CpuTimeReading | undefined): number =>
    (reading?.processCpuUs ?? 0) - (reading?.cpuUs ?? 0);
  expect(beside(last) - beside(first) > 20_000).toBe(process.platform === 'linux');
});
