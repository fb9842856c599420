import { ProcessPoolExecutor, ThreadPoolExecutor, type ExecutorOptions } from '@offloop/executor';
import { describe, expect, it } from 'vitest';

const outOfRange: ExecutorOptions[] = [
  { maxWorkers: 0 },
  { maxWorkers: -1 },
  { maxWorkers: 1.5 },
  { maxWorkers: NaN },
  { maxWorkers: 1, minWorkers: 2 },
  { minWorkers: -1 },
  { idleTimeout: -1 },
  { maxQueue: -1 },
  { maxTasksPerWorker: 0 },
];

describe.each([ThreadPoolExecutor, ProcessPoolExecutor])('options of a %o', (Pool) => {
  it.each(outOfRange)('out of range throw a RangeError: %o', (options) => {
    expect(() => new Pool(options)).toThrow(RangeError);
  });

  it('that are none of the choices throw a TypeError', () => {
    expect(() => new Pool({ onFull: 'drop' as never })).toThrow(TypeError);
    expect(() => new Pool({ onCrash: 'ignore' as never })).toThrow(TypeError);
  });
});
