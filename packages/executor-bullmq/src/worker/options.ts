import { availableParallelism } from 'node:os';
import type { ExecutorOptions } from '@offloop/executor';
import { count } from '@offloop/executor/internal';
import { checkQueueName } from '../caller/options.ts';
import type { Connection } from '../redis/client.ts';
import { defaultMaxPayload } from '../wire/limits.ts';

/** Options of a `QueueWorker`; times in milliseconds. */
export interface QueueWorkerOptions {
  /** Where Redis is: a URL, options of ioredis, or a client, which is duplicated and stays yours. */
  readonly connection: Connection;
  /** Name of the queue; that of the callers. */
  readonly queue: string;
  /** Patterns of the task files, as in `'dist/**\/*.worker.js'`. Only what these files export can be run. */
  readonly tasks: string | readonly string[];
  /** Folder that patterns start from; the working directory by default. */
  readonly cwd?: string;
  /** Prefix of all keys in Redis; `bull` by default, as in BullMQ. */
  readonly prefix?: string;
  /** Tasks run at once, each in a thread of its own; `os.availableParallelism()` by default. */
  readonly concurrency?: number;
  /** Names the build of all task files; that of the callers. By default each file is named by a hash of its text. */
  readonly build?: string;
  /**
   * Lets tasks be any function of any module that is installed here. By default only task files and builtin functions
   * that merely compute (`node:crypto`, `node:zlib`, `JSON`) are run.
   */
  readonly allowAnyModule?: boolean;
  /** Most bytes that a result may take; 1 MiB by default. */
  readonly maxPayload?: number;
  /** How long a worker may be silent before its tasks are taken over; 10 000 by default. */
  readonly lockDuration?: number;
  /** How often workers look for tasks of lost workers; half of `lockDuration` by default. */
  readonly stalledInterval?: number;
  /** How often a task is taken over before it counts as the one that ends its workers, and fails; 3 by default. */
  readonly maxLost?: number;
  /** How often the worker says that it is alive, and looks after parked and delayed tasks; 1 000 by default. */
  readonly heartbeatInterval?: number;
  /** Options of the threads: memory limits, environment, initializer, tasks after which one is replaced. */
  readonly threads?: Pick<
    ExecutorOptions,
    'env' | 'idleTimeout' | 'initArgs' | 'initializer' | 'maxTasksPerWorker' | 'minWorkers' | 'resourceLimits'
  >;
  /** Hears what an operator should know; by default it is written to the error output. */
  readonly onNotice?: (text: string) => void;
}

/** Options with every default filled in. */
export type ResolvedWorkerOptions = Required<Omit<QueueWorkerOptions, 'build'>> & {
  readonly build: string | undefined;
};

const defaultLockDuration = 10_000;
const defaultMaxLost = 3;
const defaultHeartbeat = 1_000;

/** Fills in defaults. @throws RangeError, TypeError */
export function resolveWorkerOptions(options: QueueWorkerOptions): ResolvedWorkerOptions {
  checkQueueName(options.queue);
  const lockDuration = count('lockDuration', options.lockDuration ?? defaultLockDuration, 1);
  return {
    connection: options.connection,
    queue: options.queue,
    tasks: options.tasks,
    cwd: options.cwd ?? process.cwd(),
    prefix: options.prefix ?? 'bull',
    concurrency: count('concurrency', options.concurrency ?? availableParallelism(), 1),
    build: options.build,
    allowAnyModule: options.allowAnyModule ?? false,
    maxPayload:
      options.maxPayload === Infinity
        ? Infinity
        : count('maxPayload', options.maxPayload ?? defaultMaxPayload, 1),
    lockDuration,
    stalledInterval: count('stalledInterval', options.stalledInterval ?? Math.ceil(lockDuration / 2), 1),
    maxLost: count('maxLost', options.maxLost ?? defaultMaxLost, 0),
    heartbeatInterval: count('heartbeatInterval', options.heartbeatInterval ?? defaultHeartbeat, 1),
    threads: options.threads ?? {},
    onNotice: options.onNotice ?? ((text) => process.stderr.write(`${text}\n`)),
  };
}
