import { deserialize } from 'node:v8';
import { DataCloneError } from '@offloop/executor';
import {
  callTask,
  describe,
  findUnclonable,
  loadInWorker,
  type CallExtra,
  type WireReference,
} from '@offloop/executor/internal';
import { PayloadTooLargeError } from './errors.ts';
import {
  encodeExecutorError,
  encodeThrown,
  encodeValue,
  toStored,
  unreadable,
  type StoredOutcome,
} from './wire/outcome.ts';
import type { HostRequest } from './worker/taskFiles.ts';

type Task = (...args: unknown[]) => unknown;

const loaded = new Map<string, Task>();

/**
 * Runs one task in a thread of the worker, from bytes to bytes: reading arguments and writing results are work, too, and
 * the worker's own loop must stay free to renew its locks.
 */
export async function runTask({ ref, payload, chunk, maxPayload }: HostRequest): Promise<StoredOutcome> {
  let result: unknown;
  try {
    const task = loaded.get(keyOf(ref)) ?? (await load(ref));
    const [args, context] = read(payload);
    const extra: CallExtra = { ...(chunk && { chunk: true as const }), ...(context && { context }) };
    result = await callTask(task, args, extra);
  } catch (error) {
    return limited(encodeThrown(error), maxPayload);
  }
  return limited(write(result), maxPayload);
}

async function load(ref: WireReference): Promise<Task> {
  const task = await loadInWorker(ref);
  loaded.set(keyOf(ref), task);
  return task;
}

function keyOf({ module, export: name }: WireReference): string {
  return `${module}#${name}`;
}

function read(payload: string): [args: unknown[], context: CallExtra['context']] {
  try {
    return deserialize(Buffer.from(payload, 'base64')) as [unknown[], CallExtra['context']];
  } catch (error) {
    throw unreadable('The arguments', error);
  }
}

function write(result: unknown): Buffer {
  try {
    return encodeValue(result);
  } catch (error) {
    const culprit = findUnclonable(result, 'result') ?? { path: 'result', value: result };
    const message = `${culprit.path} cannot be sent back: ${describe(culprit.value)}`;
    return encodeExecutorError(new DataCloneError(culprit.path, message, { cause: error }));
  }
}

function limited(outcome: Buffer, maxPayload: number): StoredOutcome {
  if (outcome.length <= maxPayload) return toStored(outcome);
  return toStored(encodeExecutorError(new PayloadTooLargeError('result', outcome.length, maxPayload)));
}
