export { asCompleted, type AsCompletedOptions, type Completed } from './api/asCompleted.ts';
export { propagate, taskProgress, taskSignal, type PropagateOptions } from './wire/context.ts';
export { registerErrorClass } from './wire/errorCodec.ts';
export { getDefaultExecutor, setDefaultExecutor, shutdownDefaultExecutor } from './api/defaultExecutor.ts';
export {
  BrokenExecutorError,
  DataCloneError,
  ExecutorError,
  ExecutorShutdownError,
  ExecutorTerminatedError,
  QueueFullError,
  TaskCancelledError,
  TaskReferenceError,
  TimeoutError,
  WorkerCrashedError,
  WorkerExitError,
  type ExecutorErrorOptions,
} from './wire/errors.ts';
export type { TaskEvent, WorkerEvent } from './observe/events.ts';
export { ProcessPoolExecutor } from './api/processPoolExecutor.ts';
export { ref, task } from './tasks/references/task.ts';
export { TaskPromise, type TaskState } from './tasks/taskPromise.ts';
export { TaskStream } from './tasks/taskStream.ts';
export { ThreadPoolExecutor } from './api/threadPoolExecutor.ts';
export { runInExecutor, toThread, type ToThread } from './api/toThread.ts';
export type { ExecutorOptions, ExecutorStats, ShutdownOptions, WorkerUtilization } from './pool/types.ts';
export type {
  BoundExecutor,
  Executor,
  MapOptions,
  Mapper,
  RunInExecutor,
  Stream,
  Streamed,
  Submit,
  SubmitOptions,
  TaskReference,
} from './tasks/types.ts';
