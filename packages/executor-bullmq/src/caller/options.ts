import type { SubmitOptions } from '@offloop/executor';
import { count, duration } from '@offloop/executor/internal';
import type { Connection } from '../redis/client.ts';
import { defaultMaxPayload, defaultResultTtl } from '../wire/limits.ts';

/** How long to wait before a task that failed is run again. */
export interface Backoff {
  /** `fixed`: always `delay`; `exponential`: `delay`, then twice as long each time. */
  readonly type: 'fixed' | 'exponential';
  /** Milliseconds. */
  readonly delay: number;
}

/** How one submission to a queue behaves: what every executor knows, and what only a queue can do. */
export interface QueueSubmitOptions extends SubmitOptions {
  /**
   * Idempotency key: tasks of the same function with the same key are one task while it waits, runs, or its result is
   * kept. A failure is not kept: the next submission runs it again.
   */
  readonly key?: string;
  /** 1 to 2 097 151; smaller is sooner. Tasks without a priority come before all others. */
  readonly priority?: number;
  /** How often a task that failed is run again; 0 by default. */
  readonly retries?: number;
  /** Milliseconds between runs, or how they grow; none by default. */
  readonly backoff?: number | Backoff;
}

/** Options of a `QueueExecutor`; times in milliseconds. */
export interface QueueExecutorOptions extends Omit<QueueSubmitOptions, 'key' | 'signal' | 'transfer'> {
  /** Where Redis is: a URL, options of ioredis, or a client, which is duplicated and stays yours. */
  readonly connection: Connection;
  /** Name of the queue; that of the workers. */
  readonly queue: string;
  /** Prefix of all keys in Redis; `bull` by default, as in BullMQ. */
  readonly prefix?: string;
  /** Name of the executor in events and counts; that of the queue by default. */
  readonly name?: string;
  /**
   * Names the build of all task files, for example the commit. By default each file is named by a hash of its text, which
   * does not see what the file imports. Caller and workers must agree.
   */
  readonly build?: string;
  /** What happens to a task when a worker has another build: `wait` for one that has it (default), or `reject`. */
  readonly onBuildMismatch?: 'wait' | 'reject';
  /** Tasks of this executor that wait, those that run not counted; unlimited by default. */
  readonly maxQueue?: number;
  /** What `submit` does when so many wait: `reject` (default), or `wait` in line. */
  readonly onFull?: 'reject' | 'wait';
  /** Tasks that all workers together are expected to run at once; `map` keeps twice as many in flight. 16 by default. */
  readonly parallelism?: number;
  /** Most bytes that the arguments of one task may take; 1 MiB by default. */
  readonly maxPayload?: number;
  /** How long a result is kept for a caller that was cut off, and for an idempotency key; one hour by default. */
  readonly resultTtl?: number;
  /** What happens to the tasks of a caller that died: `keep` runs them (default), `drop` does not. */
  readonly onLostCaller?: 'keep' | 'drop';
  /** With `drop`: how long a caller may be silent before it counts as dead; 15 000 by default. */
  readonly callerTtl?: number;
  /** How often tasks whose end was not announced are looked for; 5 000 by default. */
  readonly reconcileInterval?: number;
  /** Adds the frames of the submitting code to the stack of a task's error, as for other executors; `auto` by default. */
  readonly submitStack?: boolean | 'auto';
}

/** Options with every default filled in. */
export interface ResolvedOptions {
  readonly connection: Connection;
  readonly queue: string;
  readonly prefix: string;
  readonly name: string;
  readonly build: string | undefined;
  readonly onBuildMismatch: 'wait' | 'reject';
  readonly maxQueue: number;
  readonly onFull: 'reject' | 'wait';
  readonly parallelism: number;
  readonly maxPayload: number;
  readonly resultTtl: number;
  readonly onLostCaller: 'keep' | 'drop';
  readonly callerTtl: number;
  readonly reconcileInterval: number;
  readonly submitStack: boolean | 'auto';
  /** What each submission starts from. */
  readonly submit: QueueSubmitOptions;
}

const highestPriority = 2_097_151;
const defaultCallerTtl = 15_000;
const defaultReconcileInterval = 5_000;
const defaultParallelism = 16;

/**
 * Fills in defaults.
 * @throws RangeError for a number out of range, TypeError for a word that is none of the choices.
 */
export function resolveOptions(options: QueueExecutorOptions): ResolvedOptions {
  checkQueueName(options.queue);
  checkSubmit(options);
  const { retries, backoff, priority, timeout, runTimeout, onAbort, graceMs, context } = options;
  return {
    connection: options.connection,
    queue: options.queue,
    prefix: options.prefix ?? 'bull',
    name: options.name ?? options.queue,
    build: options.build,
    onBuildMismatch: choice('onBuildMismatch', options.onBuildMismatch ?? 'wait', ['wait', 'reject']),
    maxQueue: limit('maxQueue', options.maxQueue, 1),
    onFull: choice('onFull', options.onFull ?? 'reject', ['reject', 'wait']),
    parallelism: count('parallelism', options.parallelism ?? defaultParallelism, 1),
    maxPayload: limit('maxPayload', options.maxPayload ?? defaultMaxPayload, 1),
    resultTtl: count('resultTtl', options.resultTtl ?? defaultResultTtl, 1),
    onLostCaller: choice('onLostCaller', options.onLostCaller ?? 'keep', ['keep', 'drop']),
    callerTtl: count('callerTtl', options.callerTtl ?? defaultCallerTtl, 1),
    reconcileInterval: count('reconcileInterval', options.reconcileInterval ?? defaultReconcileInterval, 1),
    submitStack: options.submitStack ?? 'auto',
    submit: defined({ retries, backoff, priority, timeout, runTimeout, onAbort, graceMs, context }),
  };
}

/** Checks what only a queue knows of a submission. @throws RangeError, TypeError */
export function checkSubmit({ key, priority, retries, backoff, runTimeout }: QueueSubmitOptions): void {
  if (key !== undefined && (typeof key !== 'string' || key === ''))
    throw new TypeError('key must be a text of at least one character');
  if (priority !== undefined && count('priority', priority, 1) > highestPriority)
    throw new RangeError(`priority must be ${highestPriority} or less; got ${priority}`);
  if (retries !== undefined) count('retries', retries, 0);
  if (backoff !== undefined) {
    const { type, delay } =
      typeof backoff === 'number' ? { type: 'fixed' as const, delay: backoff } : backoff;
    choice('backoff.type', type, ['fixed', 'exponential']);
    duration('backoff', delay);
  }
  if (runTimeout !== undefined) duration('runTimeout', runTimeout);
}

/** Checks the name of a queue, which is part of Redis keys. @throws TypeError */
export function checkQueueName(queue: unknown): void {
  if (typeof queue === 'string' && queue !== '' && !queue.includes(':')) return;
  throw new TypeError('queue must be a name without ":", as in "reports"');
}

/** Checks one of a set of words. @throws TypeError */
export function choice<T extends string>(name: string, value: T, choices: readonly T[]): T {
  if (choices.includes(value)) return value;
  const words = choices.map((item) => `'${item}'`).join(', ');
  throw new TypeError(`${name} must be one of ${words}; got ${value}`);
}

function limit(name: string, value: number | undefined, least: number): number {
  return value === undefined || value === Infinity ? Infinity : count(name, value, least);
}

function defined<T extends object>(values: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never;
}
