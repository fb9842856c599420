/**
 * For executors that live in packages of their own, such as `@offloop/executor-bullmq`. No public API: it changes with
 * any release, and such a package names the exact version it was made for.
 */
import { shared } from './shared.ts';
import type { WireReference } from './wire.ts';

export { bind, type Bindable } from './bind.ts';
export { describe, findUnclonable, isClonable } from './cloneCheck.ts';
export { captureContext } from './context.ts';
export { decodeError, encodeError, isError, joinStacks } from './errorCodec.ts';
export { channels } from './events.ts';
export { mapTasks } from './mapTasks.ts';
export { count, duration } from './options.ts';
export { explainClone } from './packArguments.ts';
export { PendingTask, type TaskOwner } from './pendingTask.ts';
export { captureSite } from './submitSite.ts';
export { publishEnd, publishStart, publishSubmit } from './taskEvents.ts';
export { armTask } from './taskLimits.ts';
export { resolveTask, type ResolvedTask, type TaskLike } from './taskReference.ts';
export type { WireReference } from './wire.ts';
export { callTask, type CallExtra } from './worker/callTask.ts';
export { findFile } from './worker/moduleLoader.ts';

/** Inside a worker: finds a function by its reference, with the loaders and the healing of the worker. */
export function loadInWorker(ref: WireReference): Promise<(...args: unknown[]) => unknown> {
  if (shared.worker === undefined) throw new Error('loadInWorker() is for tasks: this is no worker');
  return shared.worker.load(ref);
}
