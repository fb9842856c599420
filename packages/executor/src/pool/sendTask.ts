import { reportDegraded, type DegradedMode } from '../observe/reportDegraded.ts';
import type { Packing } from '../wire/bufferCodec.ts';
import { findDegraded } from '../wire/degradation.ts';
import { explainClone, packOrExplain } from '../wire/explainClone.ts';
import type { PendingTask } from '../tasks/pendingTask.ts';
import type { PoolWorker } from './poolWorker.ts';
import { checkTransfer } from '../wire/transferList.ts';
import { Request, type RunExtra } from '../wire/wire.ts';

// Later calls of a function look like the first ones; looking is not free.
const inspectedCalls = 8;
const inspections = new Map<number, number>();

function isInspected(functionId: number, mode: DegradedMode): boolean {
  if (mode !== 'warn') return mode === 'throw';
  const calls = inspections.get(functionId) ?? 0;
  if (calls >= inspectedCalls) return false;
  inspections.set(functionId, calls + 1);
  return true;
}

/** Sends a task to a worker. Throws a `DataCloneError` that names the argument at fault. */
export function sendTask(pending: PendingTask, worker: PoolWorker): void {
  const { keepsBuffers } = worker;
  const { id, task, args, context, options } = pending;
  if (task === undefined) throw new TypeError('A task without a function was queued');
  // Processes copy, whatever is listed.
  const given = keepsBuffers ? undefined : options.transfer;
  if (given !== undefined) checkTransfer(given, args);
  const packing = packOrExplain(args, { keepsBuffers, ...(given && { given }) });
  const isNew = worker.meets(task.id);
  try {
    const extra = extraOf(pending, worker, isNew, packing);
    const transfer = packing === undefined ? given : [...packing.transfer, ...(given ?? [])];
    worker.send(
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

// undefined for most tasks: the message is shorter then.
function extraOf(
  pending: PendingTask,
  worker: PoolWorker,
  isNew: boolean,
  packing: Packing | undefined,
): RunExtra | undefined {
  const { task, args, context, form, feed } = pending;
  if (task === undefined) return undefined;
  const { degraded, keepsBuffers } = worker;
  const inspect = isInspected(task.id, degraded);
  if (!isNew && !inspect && context === undefined && form === undefined && packing === undefined)
    return undefined;
  if (inspect) reportDegraded(task.name, findDegraded(args, 'arguments', keepsBuffers), degraded);
  return {
    ...(isNew && { ref: task.ref }),
    ...(context && { context }),
    ...(form === 'chunk' && { chunk: true }),
    ...(feed && { stream: feed.window }),
    ...(inspect && { inspect: true }),
    ...(packing && { buffers: packing.buffers }),
  };
}
