export { asCompleted, type AsCompletedOptions, type Completed } from './asCompleted.ts';
export { propagate, taskSignal, type PropagateOptions } from './context.ts';
export { registerErrorClass } from './errorCodec.ts';
export { getDefaultExecutor, setDefaultExecutor, shutdownDefaultExecutor } from './defaultExecutor.ts';
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
} from './errors.ts';
export type { TaskEvent, WorkerEvent } from './events.ts';
export { ProcessPoolExecutor } from './processPoolExecutor.ts';
export { ref, task } from './task.ts';
export { TaskPromise, type TaskState } from './taskPromise.ts';
export { ThreadPoolExecutor } from './threadPoolExecutor.ts';
export { runInExecutor, toThread, type ToThread } from './toThread.ts';
export type {
  BoundExecutor,
  Executor,
  ExecutorOptions,
  ExecutorStats,
  MapOptions,
  Mapper,
  RunInExecutor,
  ShutdownOptions,
  Submit,
  SubmitOptions,
  TaskReference,
  WorkerUtilization,
} from './types.ts';
