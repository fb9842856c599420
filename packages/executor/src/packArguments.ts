import { pack, type Packing, type PackOptions } from './bufferCodec.ts';
import { describe, findUnclonable, isCloneFailure, isTooDeep } from './cloneCheck.ts';
import { findDegraded } from './degradation.ts';
import { DataCloneError } from './errors.ts';
import type { PendingTask } from './pendingTask.ts';
import type { PoolWorker } from './poolWorker.ts';
import type { ResolvedTask } from './taskReference.ts';
import { checkTransfer } from './transferList.ts';
import { Request, type RunExtra } from './wire.ts';

const development = process.env['NODE_ENV'] !== 'production';
// Later calls of a function look like the first ones; looking is not free.
const inspectedCalls = 8;
const inspections = new Map<number, number>();
const reported = new Set<string>();

function isInspected(functionId: number): boolean {
  const calls = inspections.get(functionId) ?? 0;
  if (calls >= inspectedCalls) return false;
  inspections.set(functionId, calls + 1);
  return true;
}

/** Sends a task to a worker. Throws a `DataCloneError` that names the argument at fault. */
export function sendTask(pending: PendingTask, worker: PoolWorker, keepsBuffers: boolean): void {
  const { id, task, args, context, options } = pending;
  if (task === undefined) throw new TypeError('A task without a function was queued');
  // Processes copy, whatever is listed.
  const given = keepsBuffers ? undefined : options.transfer;
  if (given !== undefined) checkTransfer(given, args);
  const packing = packOrExplain(args, { keepsBuffers, ...(given && { given }) });
  const isNew = worker.meets(task.id);
  try {
    const extra = extraOf(pending, task, isNew, packing);
    const transfer = packing === undefined ? given : [...packing.transfer, ...(given ?? [])];
    worker.transport.send(
      extra === undefined ? [Request.run, id, task.id, args] : [Request.run, id, task.id, args, extra],
      transfer,
    );
  } catch (error) {
    if (isNew) worker.forgets(task.id);
    throw explainClone(error, args, context);
  } finally {
    packing?.restore();
  }
}

/** As {@link pack}. @throws DataCloneError that names the argument at fault */
export function packOrExplain(args: readonly unknown[], options: PackOptions): Packing | undefined {
  try {
    return pack(args, options);
  } catch (error) {
    throw explainClone(error, args, undefined);
  }
}

// undefined for most tasks: the message is shorter then.
function extraOf(
  pending: PendingTask,
  task: ResolvedTask,
  isNew: boolean,
  packing: Packing | undefined,
): RunExtra | undefined {
  const { args, context, chunk } = pending;
  const inspect = development && isInspected(task.id);
  if (!isNew && !inspect && context === undefined && !chunk && packing === undefined) return undefined;
  if (inspect) reportDegraded(task.name, findDegraded(args, 'arguments'));
  return {
    ...(isNew && { ref: task.ref }),
    ...(context && { context }),
    ...(chunk && { chunk: true }),
    ...(inspect && { inspect: true }),
    ...(packing && { buffers: packing.buffers }),
  };
}

/** Names the argument that cannot be cloned; the error itself when it has another reason. */
export function explainClone(error: unknown, args: readonly unknown[], context: unknown): unknown {
  if (isTooDeep(error)) return tooDeep('arguments', error);
  if (!isCloneFailure(error)) return error;
  const culprit = findUnclonable(args, 'arguments') ?? findUnclonable(context, 'context');
  if (culprit === undefined) return error;
  return new DataCloneError(
    culprit.path,
    `${culprit.path} cannot be sent to a worker: ${describe(culprit.value)}. Pass plain data, and create functions and handles inside the task`,
    { cause: error },
  );
}

/** The error for a value that no serializer gets to the bottom of. */
export function tooDeep(path: string, cause: unknown): DataCloneError {
  return new DataCloneError(path, `${path} cannot be sent: nested too deeply. Pass a flat list`, { cause });
}

/** Warns once for each function and path where a value arrived without its class or accessors. */
export function reportDegraded(name: string, paths: readonly string[] | undefined): void {
  for (const path of paths ?? []) {
    const text = `${name}: ${path} arrives as a plain object; methods, accessors and its class stay behind`;
    if (reported.has(text)) continue;
    reported.add(text);
    process.emitWarning(text, { type: 'ExecutorWarning', code: 'OFFLOOP_EXECUTOR_DEGRADED' });
  }
}
