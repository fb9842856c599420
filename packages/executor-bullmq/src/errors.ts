import { ExecutorError, WorkerCrashedError } from '@offloop/executor';

/** Arguments or a result are larger than `maxPayload` allows. */
export class PayloadTooLargeError extends ExecutorError {
  override name = 'PayloadTooLargeError';

  constructor(what: 'arguments' | 'result', bytes: number, limit: number) {
    super(
      'ERR_PAYLOAD_TOO_LARGE',
      `The ${what} of the task ${what === 'result' ? 'takes' : 'take'} ${bytes} bytes; maxPayload is ${limit}. Put large data where workers can read it ` +
        '(object storage, a database, a shared disk) and pass a reference, or raise maxPayload',
    );
  }
}

/** Redis no longer knows a task that had not ended: it lost data, or somebody emptied the queue. */
export class TaskLostError extends ExecutorError {
  override name = 'TaskLostError';

  constructor(message: string) {
    super('ERR_TASK_LOST', message);
  }
}

/** No worker had the caller's build of the task's file, and `onBuildMismatch` is `'reject'`. */
export class BuildMismatchError extends ExecutorError {
  override name = 'BuildMismatchError';

  constructor(message: string) {
    super('ERR_BUILD_MISMATCH', message);
  }
}

/** The task was taken over as often as `maxLost` allows, and each worker was lost while it ran. */
export class WorkersLostError extends WorkerCrashedError {
  override name = 'WorkersLostError';

  constructor(task: string) {
    super(
      `Every worker that ran ${task} was lost before the task had finished: it may be the task that ends them`,
      { exitCode: null, signal: null },
      undefined,
      'ERR_WORKERS_LOST',
    );
  }
}
