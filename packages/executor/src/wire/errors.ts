import { shared } from './shared.ts';

/** Options every error of this package takes. */
export interface ExecutorErrorOptions {
  readonly cause?: unknown;
}

/**
 * Base class of the errors made by an executor (not by the task itself).
 * `code` is stable across releases; compare it rather than the text.
 */
export class ExecutorError extends Error {
  override name = 'ExecutorError';
  readonly code: string;

  constructor(code: string, message: string, options: ExecutorErrorOptions = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.code = code;
  }
}

/** The task was cancelled without a reason of the caller's own; `name` is `AbortError`. */
export class TaskCancelledError extends ExecutorError {
  override name = 'AbortError';

  constructor(message = 'The task was cancelled') {
    super('ERR_TASK_CANCELLED', message);
  }
}

/** `timeout` or `runTimeout` (milliseconds) ran out. */
export class TimeoutError extends ExecutorError {
  override name = 'TimeoutError';

  constructor(message: string) {
    super('ERR_TASK_TIMEOUT', message);
  }
}

/** An argument or a result cannot be cloned; `path` says where, as in `arguments[1].onDone`. */
export class DataCloneError extends ExecutorError {
  override name = 'DataCloneError';
  readonly path: string;

  constructor(path: string, message: string, options?: ExecutorErrorOptions) {
    super('ERR_DATA_CLONE', message, options);
    this.path = path;
  }
}

/** The function or reference given cannot be found again by a worker. */
export class TaskReferenceError extends TypeError {
  override name = 'TaskReferenceError';
  readonly code: string;

  constructor(code: string, message: string, options: ExecutorErrorOptions = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.code = code;
  }
}

/** The worker died while it ran this task; other tasks are not touched. */
export class WorkerCrashedError extends ExecutorError {
  override name = 'WorkerCrashedError';
  readonly exitCode: number | null;
  readonly signal: string | null;

  constructor(
    message: string,
    exit: { readonly exitCode: number | null; readonly signal: string | null },
    options?: ExecutorErrorOptions,
    code = 'ERR_WORKER_CRASHED',
  ) {
    super(code, message, options);
    this.exitCode = exit.exitCode;
    this.signal = exit.signal;
  }
}

/** The task called `process.exit()` (or its process ended by itself) before it had a result. */
export class WorkerExitError extends WorkerCrashedError {
  override name = 'WorkerExitError';

  constructor(exitCode: number | null) {
    super(
      `The worker exited with code ${String(exitCode)} before the task had finished`,
      { exitCode, signal: null },
      undefined,
      'ERR_WORKER_EXITED',
    );
  }
}

/** The executor can run nothing any more: a failed initializer, or workers that die while they start. */
export class BrokenExecutorError extends ExecutorError {
  override name = 'BrokenExecutorError';

  constructor(message: string, options?: ExecutorErrorOptions) {
    super('ERR_EXECUTOR_BROKEN', message, options);
  }
}

/** A task was submitted after `shutdown()`. */
export class ExecutorShutdownError extends ExecutorError {
  override name = 'ExecutorShutdownError';

  constructor() {
    super('ERR_EXECUTOR_SHUTDOWN', 'Cannot submit a task after shutdown(): make a new executor');
  }
}

/** `terminate()` or `shutdown({ force: true })` ended the executor while the task was unfinished. */
export class ExecutorTerminatedError extends ExecutorError {
  override name = 'ExecutorTerminatedError';

  constructor() {
    super('ERR_EXECUTOR_TERMINATED', 'The executor was terminated before the task had finished');
  }
}

/** `maxQueue` tasks are waiting already and `onFull` is `'reject'`. */
export class QueueFullError extends ExecutorError {
  override name = 'QueueFullError';

  constructor(maxQueue: number) {
    super(
      'ERR_EXECUTOR_QUEUE_FULL',
      `The queue is full (maxQueue ${maxQueue}): wait for ready(), raise maxQueue, or set onFull: 'wait'`,
    );
  }
}

// Made in workers, which do not have these classes.
shared.errorClasses.set('DataCloneError', DataCloneError).set('TaskReferenceError', TaskReferenceError);
