/**
 * For executors that live in packages of their own, such as `@offloop/executor-bullmq`. No public API: it changes with
 * any release, and such a package names the exact version it was made for.
 */
import { shared } from './wire/shared.ts';
import type { WireReference } from './wire/wire.ts';

export { bind } from './tasks/bind.ts';
export { submitTask, type TaskIntake } from './tasks/submitTask.ts';
export type { Submitter, TaskCall } from './tasks/taskCall.ts';
export { describe, findUnclonable, isClonable } from './wire/cloneCheck.ts';
export { decodeError, encodeError, isError, joinStacks } from './wire/errorCodec.ts';
export { channels } from './observe/events.ts';
export { mapTasks } from './tasks/mapTasks.ts';
export { count, duration } from './tasks/numbers.ts';
export { explainClone } from './wire/explainClone.ts';
export type { PendingTask } from './tasks/pendingTask.ts';
export { publishEnd, publishStart, publishSubmit } from './observe/taskEvents.ts';
export { resolveTask, type ResolvedTask, type TaskLike } from './tasks/references/taskReference.ts';
export type { WireReference } from './wire/wire.ts';
export { callTask, type CallExtra } from './worker/callTask.ts';
export { findFile } from './worker/moduleLoader.ts';

/** Inside a worker: finds a function by its reference, with the loaders and the healing of the worker. */
export function loadInWorker(ref: WireReference): Promise<(...args: unknown[]) => unknown> {
  if (shared.worker === undefined) throw new Error('loadInWorker() is for tasks: this is no worker');
  return shared.worker.load(ref);
}
