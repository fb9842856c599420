import { ProcessPoolExecutor } from '@offloop/executor';
import { busy, plus } from '../workers/tasks.worker.mjs';

export function open(size) {
  const pool = new ProcessPoolExecutor({ maxWorkers: size });
  return {
    plusOne: (value) => pool.submit(plus, value),
    busyFor: (ms) => pool.submit(busy, ms),
    close: () => pool.terminate(),
  };
}
