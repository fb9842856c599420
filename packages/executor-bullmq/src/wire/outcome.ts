import { deserialize, serialize } from 'node:v8';
import {
  BrokenExecutorError,
  DataCloneError,
  ExecutorTerminatedError,
  TaskCancelledError,
  TimeoutError,
  WorkerCrashedError,
  WorkerExitError,
} from '@offloop/executor';
import { decodeError, encodeError, isClonable } from '@offloop/executor/internal';
import { PayloadTooLargeError } from '../errors.ts';
import { inlineBytes } from './limits.ts';

/** What came of a task, as it is stored: one byte that says which, then the value in V8's format. */
export const outcomeTag = { value: 0, thrown: 1, executor: 2 } as const;

/** An outcome as it travels: base64 when it is small, which is how it is announced, and bytes when it is large. */
export type StoredOutcome = string | Uint8Array;

/** What came of a task. */
export type Outcome = { readonly value: unknown } | { readonly error: unknown };

/** Errors that executors make, by name: a task's own error of the same name must not become one of them. */
const executorErrors = new Map<string, abstract new (...args: never[]) => Error>(
  [
    BrokenExecutorError,
    DataCloneError,
    ExecutorTerminatedError,
    PayloadTooLargeError,
    TaskCancelledError,
    TimeoutError,
    WorkerCrashedError,
    WorkerExitError,
  ].map((errorClass) => [errorClass.name, errorClass]),
);

/** Writes a result. Throws what V8 throws when it cannot be cloned. */
export function encodeValue(value: unknown): Buffer {
  return tagged(outcomeTag.value, value);
}

/** Writes what a task threw; what cannot be cloned in it arrives as text. */
export function encodeThrown(thrown: unknown): Buffer {
  try {
    return tagged(outcomeTag.thrown, withoutOwnFrames(encodeError(thrown, isClonable)));
  } catch {
    // Clonable between threads, but not into bytes: a port or shared memory among the error's properties.
    return tagged(outcomeTag.thrown, withoutOwnFrames(encodeError(thrown, isPlain)));
  }
}

/** An encoded error, as far as its stacks are concerned. */
interface Stacked {
  stack?: string;
  readonly cause?: { readonly value: unknown };
  readonly errors?: readonly unknown[];
}

// What called the task inside its thread says nothing to the reader of a stack.
function withoutOwnFrames(encoded: unknown): unknown {
  if (typeof encoded !== 'object' || encoded === null || !('offloopError' in encoded)) return encoded;
  const error = encoded as Stacked;
  if (error.stack !== undefined) {
    const lines = error.stack.split('\n');
    error.stack = lines.filter((line) => !/[\\/]executor(?:-bullmq)?[\\/]dist[\\/]/.test(line)).join('\n');
  }
  withoutOwnFrames(error.cause?.value);
  for (const inner of error.errors ?? []) withoutOwnFrames(inner);
  return encoded;
}

/** Writes an error that an executor made. */
export function encodeExecutorError(error: Error): Buffer {
  return tagged(outcomeTag.executor, [error.constructor.name, encodeError(error, isPlain)]);
}

/** Gives an outcome the form in which it travels. */
export function toStored(outcome: Buffer): StoredOutcome {
  return outcome.length <= inlineBytes ? outcome.toString('base64') : outcome;
}

/** Reads an outcome, in either form. */
export function decodeOutcome(stored: StoredOutcome): Outcome {
  const bytes = toBytes(stored);
  let content: unknown;
  try {
    content = deserialize(bytes.subarray(1));
  } catch (error) {
    return { error: unreadable('The result', error) };
  }
  if (bytes[0] === outcomeTag.value) return { value: content };
  if (bytes[0] === outcomeTag.thrown) return { error: decodeError(content) };
  const [name, encoded] = content as [string, unknown];
  const error = decodeError(encoded);
  const errorClass = executorErrors.get(name);
  if (errorClass !== undefined) Object.setPrototypeOf(error, errorClass.prototype as object);
  return { error };
}

/** Says which Node writes what another one cannot read. */
export function unreadable(what: string, cause: unknown): Error {
  return Object.assign(
    new Error(
      `${what} cannot be read by Node ${process.version}: run callers and workers on the same release line of Node`,
      { cause },
    ),
    { code: 'ERR_PAYLOAD_UNREADABLE' },
  );
}

/** True when it is a result, not an error. */
export function isValue(stored: StoredOutcome): boolean {
  return (
    toBytes(typeof stored === 'string' ? stored.slice(0, 4) : stored.subarray(0, 4))[0] === outcomeTag.value
  );
}

// Bytes that come from Redis may be either form: no tag is a character of base64.
function toBytes(stored: StoredOutcome): Buffer {
  if (typeof stored === 'string') return Buffer.from(stored, 'base64');
  const bytes = Buffer.from(stored.buffer, stored.byteOffset, stored.byteLength);
  return (bytes[0] ?? 0) > outcomeTag.executor ? Buffer.from(bytes.toString('latin1'), 'base64') : bytes;
}

function tagged(tag: number, content: unknown): Buffer {
  return Buffer.concat([Buffer.of(tag), serialize(content)]);
}

function isPlain(value: unknown): boolean {
  return value === null || ['string', 'number', 'boolean', 'undefined', 'bigint'].includes(typeof value);
}
