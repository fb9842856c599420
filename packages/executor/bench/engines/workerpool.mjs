import { fileURLToPath } from 'node:url';
import workerpool from 'workerpool';

export function open(size) {
  const pool = workerpool.pool(fileURLToPath(new URL('../workers/workerpool.mjs', import.meta.url)), {
    workerType: 'thread',
    minWorkers: size,
    maxWorkers: size,
  });
  return {
    plusOne: (value) => pool.exec('plusOne', [value]),
    busyFor: (ms) => pool.exec('busyFor', [ms]),
    close: () => pool.terminate(true),
  };
}
