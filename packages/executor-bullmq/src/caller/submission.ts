import { createHash, randomUUID } from 'node:crypto';
import { serialize } from 'node:v8';
import { DataCloneError } from '@offloop/executor';
import { explainClone, type PendingTask, type ResolvedTask } from '@offloop/executor/internal';
import type { JobsOptions } from 'bullmq';
import { PayloadTooLargeError } from '../errors.ts';
import type { JobData, WireBackoff } from '../wire/jobData.ts';
import type { TaskIdentity } from './identity.ts';
import type { QueueSubmitOptions, ResolvedOptions } from './options.ts';

/** A task on its way to a worker and back. */
export interface Submission {
  readonly task: PendingTask;
  readonly resolved: ResolvedTask;
  readonly id: string;
  readonly options: QueueSubmitOptions;
  readonly chunk: boolean;
  /** Arguments and context in V8's format; undefined once they were sent. */
  payload: Buffer | undefined;
  /** Resolves when Redis has the task, or when it could not be sent; undefined before. */
  sent: Promise<void> | undefined;
  /** Redis has it. */
  isQueued: boolean;
  /** The build that it needs, which is what it is parked for if a worker has another one; undefined before it is sent. */
  wanted: string | undefined;
  /** Looks in a row at which Redis did not know the task. */
  missed: number;
}

/** Identifies the tasks of one executor; a number alone would be taken for one of BullMQ's own ids. */
export class SubmissionIds {
  readonly caller = randomUUID().slice(0, 13);
  #serial = 0;

  /** The id of a task: of its own, or of all tasks with its key. */
  next(name: string, key: string | undefined): string {
    if (key === undefined) return `${this.caller}-${(++this.#serial).toString(36)}`;
    return `key-${createHash('sha256').update(`${name}\0${key}`).digest('hex').slice(0, 32)}`;
  }
}

/**
 * Writes the arguments, and the stores of `propagate()`, in V8's format.
 * @throws DataCloneError, PayloadTooLargeError
 */
export function encodePayload(args: readonly unknown[], context: unknown, maxPayload: number): Buffer {
  let payload: Buffer;
  try {
    payload = serialize(context === undefined ? [args] : [args, context]);
  } catch (error) {
    throw explained(error, args, context);
  }
  if (payload.length > maxPayload) throw new PayloadTooLargeError('arguments', payload.length, maxPayload);
  return payload;
}

function explained(error: unknown, args: readonly unknown[], context: unknown): unknown {
  const found = explainClone(error, args, context);
  if (found !== error || !String(error).includes('could not be cloned')) return found;
  // Clonable between threads, but not into bytes.
  return new DataCloneError('arguments', 'The arguments hold what only threads can share, such as a port', {
    cause: error,
  });
}

/** What the worker gets. */
export function jobDataOf(
  submission: Submission,
  identity: TaskIdentity,
  caller: string,
  settings: ResolvedOptions,
): JobData {
  const { options, payload, chunk } = submission;
  const { onAbort = 'terminate', graceMs } = options;
  return {
    v: 1,
    ...identity,
    payload: payload?.toString('base64') ?? '',
    ttl: settings.resultTtl,
    ...(chunk && { chunk: true as const }),
    ...(settings.onLostCaller === 'drop' && { caller }),
    ...(options.key !== undefined && { keyed: true as const }),
    ...(onAbort !== 'terminate' && { onAbort }),
    ...(graceMs !== undefined && { graceMs }),
    // JSON has no Infinity, which is the same as none.
    ...(options.runTimeout !== undefined &&
      options.runTimeout !== Infinity && { runTimeout: options.runTimeout }),
  };
}

/** What BullMQ gets. */
export function jobOptionsOf({ id, options }: Submission): JobsOptions {
  const { priority, retries = 0, backoff } = options;
  return {
    jobId: id,
    removeOnComplete: true,
    removeOnFail: true,
    attempts: retries + 1,
    stackTraceLimit: 1,
    ...(priority !== undefined && { priority }),
    ...(backoff !== undefined && { backoff: wireBackoff(backoff) }),
  };
}

function wireBackoff(backoff: NonNullable<QueueSubmitOptions['backoff']>): WireBackoff {
  if (typeof backoff === 'number') return { type: 'offloop-fixed', delay: backoff };
  return { type: `offloop-${backoff.type}`, delay: backoff.delay };
}
