import { pack } from '../wire/bufferCodec.ts';
import { describe, findUnclonable, isCloneFailure, isTooDeep } from '../wire/cloneCheck.ts';
import { findDegraded } from '../wire/degradation.ts';
import { Reply, type DoneExtra } from '../wire/wire.ts';
import type { WorkerPort } from './port.ts';

/** What messages say of a value, and how it may travel. */
export interface ValueKind {
  readonly name: 'result' | 'item' | 'progress';
  /** Nobody here keeps it: its memory may be moved without a copy. */
  readonly owned?: boolean;
  /** Say what of it is lost on the way. */
  readonly inspect?: boolean;
}

const tags = { result: Reply.done, item: Reply.item, progress: Reply.progress } as const;

/** Sends a value of a task. @throws an error named `DataCloneError` that says which part of it cannot be sent */
export function sendValue(port: WorkerPort, id: number, value: unknown, kind: ValueKind): void {
  const tag = tags[kind.name];
  if (typeof value !== 'object' || value === null) {
    sendExplained(port, [tag, id, value], undefined, kind);
    return;
  }
  const extra: DoneExtra = {};
  if (kind.inspect === true) {
    const degraded = findDegraded([value], kind.name, port.keepsBuffers).map((path) =>
      path.replace('[0]', ''),
    );
    if (degraded.length > 0) extra.degraded = degraded;
  }
  const values = [value];
  let packing;
  try {
    packing = pack(values, { keepsBuffers: port.keepsBuffers, owned: kind.owned === true });
  } catch (error) {
    throw explain(value, error, kind);
  }
  if (packing !== undefined) extra.buffers = packing.buffers;
  try {
    sendExplained(port, [tag, id, values[0], extra], packing?.transfer, kind);
  } finally {
    packing?.restore();
  }
}

function sendExplained(
  port: WorkerPort,
  reply: Parameters<WorkerPort['send']>[0],
  transfer: readonly ArrayBuffer[] | undefined,
  kind: ValueKind,
): void {
  try {
    port.send(reply, transfer);
  } catch (error) {
    throw explain(reply[2], error, kind);
  }
}

function explain(value: unknown, error: unknown, { name }: ValueKind): unknown {
  if (isTooDeep(error)) return cloneError(name, `${name} cannot be sent back: nested too deeply`, error);
  const culprit = isCloneFailure(error) ? findUnclonable(value, name) : undefined;
  if (culprit === undefined) return error;
  return cloneError(culprit.path, `${culprit.path} cannot be sent back: ${describe(culprit.value)}`, error);
}

/** The worker's form of a `DataCloneError`; the caller makes one of the class. */
export function cloneError(path: string, message: string, cause?: unknown): Error {
  const error = new Error(message, cause === undefined ? {} : { cause });
  return Object.assign(error, { name: 'DataCloneError', code: 'ERR_DATA_CLONE', path });
}
