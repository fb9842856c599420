import { fileURLToPath } from 'node:url';
import { FixedThreadPool } from 'poolifier';

export function open(size) {
  const pool = new FixedThreadPool(
    size,
    fileURLToPath(new URL('../workers/poolifier.mjs', import.meta.url)),
    {
      enableTasksQueue: true,
    },
  );
  return {
    plusOne: (value) => pool.execute(value, 'plusOne'),
    busyFor: (ms) => pool.execute(ms, 'busyFor'),
    close: () => pool.destroy(),
  };
}
