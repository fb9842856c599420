export { BuildMismatchError, PayloadTooLargeError, TaskLostError, WorkersLostError } from './errors.ts';
export type { Backoff, QueueExecutorOptions, QueueSubmitOptions } from './caller/options.ts';
export type { QueueOverview, WorkerInfo } from './caller/overview.ts';
export { QueueExecutor, type BoundQueueExecutor, type QueueStats } from './caller/queueExecutor.ts';
export type { Connection } from './redis/client.ts';
export type { QueueWorkerOptions } from './worker/options.ts';
export { QueueWorker, type QueueWorkerStats } from './worker/queueWorker.ts';
