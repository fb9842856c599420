import type { ResourceLimits } from 'node:worker_threads';
import type { TaskReference } from '../tasks/types.ts';

/** Options of an executor; times in milliseconds. */
export interface ExecutorOptions {
  /** `os.availableParallelism()` by default. */
  readonly maxWorkers?: number;
  /** Workers kept when idle; 0 by default. */
  readonly minWorkers?: number;
  /** How long a worker above `minWorkers` may be idle; 30 000 by default. */
  readonly idleTimeout?: number;
  /** Longest queue, tasks that run not counted; unlimited by default. */
  readonly maxQueue?: number;
  /** What `submit` does when the queue is full: `reject` (default), or `wait` in line. */
  readonly onFull?: 'reject' | 'wait';
  /** Tasks after which a worker is replaced; unlimited by default. */
  readonly maxTasksPerWorker?: number;
  /** Runs once in each worker before its first task; when it fails, the executor is broken. */
  readonly initializer?: ((...args: never[]) => unknown) | TaskReference;
  /** Arguments of `initializer`. */
  readonly initArgs?: readonly unknown[];
  /** `replace` (default): a death fails the task it ran; `break`: it breaks the executor, as in Python. */
  readonly onCrash?: 'replace' | 'break';
  /**
   * What becomes of an argument or a result that structured clone accepts but strips (classes, accessors, symbols,
   * frozen objects, Buffers in a Map): `throw` rejects the task with its path, `warn` warns once for each function and
   * path, `ignore` does not look. By default `throw` when `NODE_ENV` is `development` or `test`, `ignore` when it is
   * `production`, else `warn`.
   */
  readonly degraded?: 'throw' | 'warn' | 'ignore';
  /** Memory limits of each worker, as for `worker_threads`; processes honour the heap sizes. */
  readonly resourceLimits?: ResourceLimits;
  /** Environment of the workers; that of the program by default. */
  readonly env?: NodeJS.ProcessEnv;
  /** Prefix of the workers' names. */
  readonly name?: string;
  /**
   * Adds the frames of the submitting code to the stack of a task's error. `auto` (default): for the first calls of
   * each function, and for all once it has failed; remembering the place costs about as much as a small task.
   */
  readonly submitStack?: boolean | 'auto';
}

/** Options of `shutdown`. */
export interface ShutdownOptions {
  /** `false` returns at once while queued tasks still run; `true` (default) waits for the workers' end. */
  readonly wait?: boolean;
  /** Cancels tasks that have not started. */
  readonly cancelPending?: boolean;
  /** Ends everything now. */
  readonly force?: boolean;
  /** Milliseconds to drain, then as `force`. */
  readonly timeout?: number;
}

/** How busy the event loop of one worker has been since its start. */
export interface WorkerUtilization {
  readonly name: string;
  /** Thread id or process id. */
  readonly worker: number;
  readonly tasksDone: number;
  /** Share of the time from 0 to 1; null when a busy process did not answer in time. */
  readonly utilization: number | null;
}

/** What an executor does at the moment, and has done. */
export interface ExecutorStats {
  readonly name: string;
  readonly kind: 'thread' | 'process';
  readonly state: 'open' | 'broken' | 'shutdown' | 'closed';
  readonly queued: number;
  /** Tasks that run, abandoned ones included. */
  readonly running: number;
  readonly workers: number;
  readonly starting: number;
  readonly idle: number;
  readonly submitted: number;
  readonly done: number;
  readonly failed: number;
  readonly cancelled: number;
  /** Workers that died by themselves. */
  readonly crashed: number;
  /** Workers replaced after `maxTasksPerWorker` tasks. */
  readonly recycled: number;
}
