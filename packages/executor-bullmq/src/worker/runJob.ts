import {
  ExecutorError,
  TaskReferenceError,
  type SubmitOptions,
  type TaskPromise,
  type ThreadPoolExecutor,
} from '@offloop/executor';
import { isError, type TaskLike, type WireReference } from '@offloop/executor/internal';
import { UnrecoverableError, WaitingError, type Job } from 'bullmq';
import type { Redis } from 'ioredis';
import { mismatchText } from '../caller/listener.ts';
import type { QueueKeys } from '../redis/keys.ts';
import { failure } from '../wire/failures.ts';
import { parseJobData, type JobData, type JobResult, type Parked } from '../wire/jobData.ts';
import {
  decodeOutcome,
  encodeExecutorError,
  encodeThrown,
  isValue,
  toStored,
  type StoredOutcome,
} from '../wire/outcome.ts';
import type { Cancellations } from './cancellations.ts';
import type { FetchAhead } from './fetchAhead.ts';
import { park } from './parking.ts';
import { relayProgress } from './progress.ts';
import { noteRetry } from './retries.ts';
import type { RunningTasks, StopReason } from './runningTasks.ts';
import type { HostRequest, TaskFiles } from './taskFiles.ts';

/** What running jobs needs of a worker. */
export interface JobContext {
  readonly redis: Redis;
  readonly keys: QueueKeys;
  readonly files: TaskFiles;
  readonly pool: ThreadPoolExecutor;
  /** The function that runs tasks inside a thread. */
  readonly host: TaskLike;
  readonly running: RunningTasks;
  readonly cancellations: Cancellations;
  readonly ahead: FetchAhead;
  readonly maxPayload: number;
  /** Host and process id. */
  readonly self: string;
  readonly onNotice: (text: string) => void;
}

/**
 * Runs one BullMQ job: finds its task, has a thread run it, stores what came of it. Resolves with what BullMQ announces;
 * rejects when the task failed, so that BullMQ repeats it or counts it as failed.
 */
export async function runJob(
  context: JobContext,
  job: Job<JobData>,
  token: string | undefined,
): Promise<JobResult> {
  const data = parseJobData(job.data);
  if (data === undefined) throw new UnrecoverableError(failure.notOurs);
  const id = job.id ?? '';
  const found = find(context, data);
  if ('has' in found) return putAside(context, job, data, found.has);
  const moment = context.cancellations.moment;
  await refuseUnwanted(context, job, data);
  if (data.keyed === true) {
    const stored = await context.redis.getBuffer(context.keys.outcome(id));
    if (stored !== null && isValue(stored)) return '';
  }
  // Heard while we asked Redis. Tasks that share a key may be wanted again after an earlier request.
  if (context.cancellations.take(id, data.keyed === true ? moment : 0))
    throw new UnrecoverableError(failure.cancelled);
  const outcome =
    'error' in found ? toStored(encodeThrown(found.error)) : await run(context, job, data, found.ref, token);
  return conclude(context, job, data, outcome);
}

type FoundHere =
  { readonly ref: WireReference } | { readonly has: readonly string[] } | { readonly error: unknown };

function find({ files }: JobContext, data: JobData): FoundHere {
  try {
    return files.find(data);
  } catch (error) {
    return { error };
  }
}

async function putAside(
  context: JobContext,
  job: Job<JobData>,
  data: JobData,
  has: readonly string[],
): Promise<JobResult> {
  const { redis, keys } = context;
  const id = job.id ?? '';
  const wanted = await park(job, redis, keys);
  // A caller that withdrew it before could not find it parked.
  if ((await redis.exists(keys.cancelled(id))) === 1) {
    await redis.hdel(keys.parked(wanted), id);
    throw new UnrecoverableError(failure.cancelled);
  }
  const parked: Parked = { by: context.self, wanted, has };
  context.onNotice(mismatchText(`${data.module}#${data.export}`, parked));
  return { parked };
}

/** Rejects for tasks that nobody waits for any more. */
async function refuseUnwanted({ redis, keys }: JobContext, job: Job<JobData>, data: JobData): Promise<void> {
  const id = job.id ?? '';
  const isTakenOver = job.stalledCounter > 0 || job.attemptsStarted > 1 || data.keyed === true;
  if (isTakenOver && (await redis.exists(keys.cancelled(id))) === 1)
    throw new UnrecoverableError(failure.cancelled);
  if (data.caller !== undefined && (await redis.exists(keys.caller(data.caller))) === 0)
    throw new UnrecoverableError(failure.callerLost);
}

async function run(
  context: JobContext,
  job: Job<JobData>,
  data: JobData,
  ref: WireReference,
  token: string | undefined,
): Promise<StoredOutcome> {
  const id = job.id ?? '';
  const task = start(context, data, ref);
  const since = performance.now();
  context.running.add(id, { task, since, caller: data.caller });
  // BullMQ counts it as progress, too: dashboards show that there is some.
  const reported = relayProgress(task.progress, (value) => job.updateProgress({ offloop: value }));
  try {
    const outcome = await task;
    // What was reported last goes out before the result.
    await reported;
    context.ahead.ended(since);
    context.running.remove(id);
    return outcome;
  } catch (error) {
    const reason = context.running.remove(id);
    if (reason !== undefined) throw await stopped(reason, job, token);
    return toStored(encodeExecutorError(isError(error) ? error : new Error(String(error))));
  }
}

function start(
  { pool, host, maxPayload }: JobContext,
  data: JobData,
  ref: WireReference,
): TaskPromise<StoredOutcome> {
  const { runTimeout, onAbort, graceMs, chunk } = data;
  const request: HostRequest = { ref, payload: data.payload, chunk: chunk === true, maxPayload };
  const options: SubmitOptions = {
    context: false,
    ...(runTimeout !== undefined && { runTimeout }),
    ...(onAbort !== undefined && { onAbort }),
    ...(graceMs !== undefined && { graceMs }),
  };
  return pool.submitCall({ fn: host, args: [request], options }) as TaskPromise<StoredOutcome>;
}

/** What BullMQ is told of a task that was stopped. */
async function stopped(reason: StopReason, job: Job<JobData>, token: string | undefined): Promise<Error> {
  if (reason === 'cancelled') return new UnrecoverableError(failure.cancelled);
  if (reason === 'caller-lost') return new UnrecoverableError(failure.callerLost);
  // Another worker has it already; BullMQ refuses what we say of it.
  if (reason === 'taken-over') return new WaitingError();
  await job.moveToWait(token ?? '');
  return new WaitingError();
}

async function conclude(
  { redis, keys }: JobContext,
  job: Job<JobData>,
  data: JobData,
  outcome: StoredOutcome,
): Promise<JobResult> {
  const bytes = typeof outcome === 'string' ? outcome : Buffer.from(outcome);
  const store = (): Promise<unknown> => redis.set(keys.outcome(job.id ?? ''), bytes, 'PX', data.ttl);
  if (isValue(outcome)) {
    const stored = store();
    // A small result is announced by itself; Redis gets both in this order, so there is nothing to wait for.
    if (typeof outcome === 'string' && data.keyed !== true) stored.catch(() => undefined);
    else await stored;
    return announce(outcome);
  }
  const error = describeFailure(outcome);
  const isLast = error instanceof UnrecoverableError || job.attemptsMade + 1 >= (job.opts.attempts ?? 1);
  if (isLast) await store();
  else await noteRetry(job, redis, keys);
  throw error;
}

function announce(outcome: StoredOutcome): JobResult {
  return typeof outcome === 'string' ? outcome : '';
}

/** The error that BullMQ shows: the class and text of the task's own, and no second run where it would not help. */
function describeFailure(outcome: StoredOutcome): Error {
  const decoded = decodeOutcome(outcome);
  const error = 'error' in decoded ? decoded.error : undefined;
  const text = isError(error) ? `${error.name}: ${error.message}` : `threw ${String(error)}`;
  const isHopeless =
    error instanceof TaskReferenceError ||
    (error instanceof ExecutorError && ['ERR_DATA_CLONE', 'ERR_PAYLOAD_TOO_LARGE'].includes(error.code));
  return isHopeless ? new UnrecoverableError(text) : new Error(text);
}
