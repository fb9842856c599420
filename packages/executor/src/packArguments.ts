import { isPlain, pack } from './bufferCodec.ts';
import { describe, findUnclonable } from './cloneCheck.ts';
import { findDegraded } from './degradation.ts';
import { DataCloneError } from './errors.ts';
import type { PendingTask } from './pendingTask.ts';
import type { PoolWorker } from './poolWorker.ts';
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
  const isNew = worker.meets(task.id);
  const inspect = development && isInspected(task.id);
  try {
    if (!isNew && !inspect && context === undefined && !pending.chunk && isPlain(args)) {
      worker.transport.send([Request.run, id, task.id, args]);
      return;
    }
    const extra: RunExtra = {};
    if (isNew) extra.ref = task.ref;
    if (context !== undefined) extra.context = context;
    if (pending.chunk) extra.chunk = true;
    if (inspect) {
      extra.inspect = true;
      reportDegraded(task.name, findDegraded(args, 'arguments'));
    }
    const packed = keepsBuffers ? undefined : pack(args, false, options.transfer);
    if (packed?.buffers !== undefined) extra.buffers = packed.buffers;
    const list = packed === undefined ? args : (packed.value as readonly unknown[]);
    worker.transport.send(
      [Request.run, id, task.id, list, extra],
      transferList(packed?.transfer, options.transfer),
    );
  } catch (error) {
    if (isNew) worker.forgets(task.id);
    throw explainClone(error, args, context);
  }
}

function transferList(
  moved: readonly ArrayBuffer[] | undefined,
  given: readonly ArrayBuffer[] | undefined,
): readonly ArrayBuffer[] | undefined {
  if (moved === undefined || given === undefined) return moved ?? given;
  return [...moved, ...given];
}

/** Names the argument that cannot be cloned; the error itself when it has another reason. */
export function explainClone(error: unknown, args: readonly unknown[], context: unknown): unknown {
  const culprit = findUnclonable(args, 'arguments') ?? findUnclonable(context, 'context');
  if (culprit === undefined) return error;
  return new DataCloneError(
    culprit.path,
    `${culprit.path} cannot be sent to a worker: ${describe(culprit.value)}. Pass plain data, and create functions and handles inside the task`,
    { cause: error },
  );
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
