import { availableParallelism } from 'node:os';
import type { DegradedMode } from '../observe/reportDegraded.ts';
import { count, duration } from '../tasks/numbers.ts';
import type { ExecutorOptions } from './types.ts';

/** Options with every default filled in. */
export interface ResolvedOptions {
  readonly maxWorkers: number;
  readonly minWorkers: number;
  readonly idleTimeout: number;
  readonly maxQueue: number;
  readonly onFull: 'reject' | 'wait';
  readonly maxTasksPerWorker: number;
  readonly onCrash: 'replace' | 'break';
  readonly submitStack: boolean | 'auto';
  readonly degraded: DegradedMode;
}

const defaultIdleTimeout = 30_000;

/**
 * Fills in defaults.
 * @throws RangeError for a number out of range, TypeError for a word that is none of the choices.
 */
export function resolveOptions(options: ExecutorOptions): ResolvedOptions {
  const maxWorkers = count('maxWorkers', options.maxWorkers ?? availableParallelism(), 1);
  const minWorkers = count('minWorkers', options.minWorkers ?? 0, 0);
  if (minWorkers > maxWorkers) {
    throw new RangeError(
      `minWorkers (${String(minWorkers)}) must not exceed maxWorkers (${String(maxWorkers)})`,
    );
  }
  return {
    maxWorkers,
    minWorkers,
    idleTimeout: duration('idleTimeout', options.idleTimeout ?? defaultIdleTimeout),
    maxQueue:
      options.maxQueue === undefined || options.maxQueue === Infinity
        ? Infinity
        : count('maxQueue', options.maxQueue, 0),
    onFull: choice('onFull', options.onFull ?? 'reject', ['reject', 'wait']),
    maxTasksPerWorker:
      options.maxTasksPerWorker === undefined || options.maxTasksPerWorker === Infinity
        ? Infinity
        : count('maxTasksPerWorker', options.maxTasksPerWorker, 1),
    onCrash: choice('onCrash', options.onCrash ?? 'replace', ['replace', 'break']),
    submitStack: options.submitStack ?? 'auto',
    degraded: choice('degraded', options.degraded ?? usualMode(), ['throw', 'warn', 'ignore']),
  };
}

function usualMode(): DegradedMode {
  const environment = process.env['NODE_ENV'];
  if (environment === 'production') return 'ignore';
  return environment === 'development' || environment === 'test' ? 'throw' : 'warn';
}

function choice<T extends string>(name: string, value: T, choices: readonly T[]): T {
  if (choices.includes(value)) return value;
  throw new TypeError(
    `${name} must be one of ${choices.map((item) => `'${item}'`).join(', ')}; got ${value}`,
  );
}
