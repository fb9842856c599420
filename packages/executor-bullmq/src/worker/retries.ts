import type { Job, Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { QueueKeys } from '../redis/keys.ts';
import type { JobData, WireBackoff } from '../wire/jobData.ts';

// Promoted in one beat.
const most = 500;
const longestDelay = 86_400_000;
// BullMQ delays the task only after we have noted its time.
const slackMs = 1_000;

const noteScript = `
local now = redis.call('TIME')
local ms = tonumber(now[1]) * 1000 + math.floor(tonumber(now[2]) / 1000)
return redis.call('ZADD', KEYS[1], ms + tonumber(ARGV[2]), ARGV[1])`;

const dueScript = `
local now = redis.call('TIME')
local ms = tonumber(now[1]) * 1000 + math.floor(tonumber(now[2]) / 1000)
return redis.call('ZRANGEBYSCORE', KEYS[1], 0, ms, 'LIMIT', 0, ARGV[1])`;

/** How long a task waits before it is run again, ms; `attempts` counts the runs that failed. */
export function backoffDelay({ type, delay }: WireBackoff, attempts: number): number {
  const wait = type === 'offloop-exponential' ? delay * 2 ** (attempts - 1) : delay;
  return Math.min(wait, longestDelay);
}

/** BullMQ's strategy for `backoff`. */
export function backoffStrategy(
  attempts: number,
  _type?: string,
  _error?: Error,
  job?: { opts: object },
): number {
  return backoffDelay((job?.opts as { backoff: WireBackoff }).backoff, attempts);
}

/**
 * Notes by Redis' clock when a failed task is to be run again. BullMQ goes by the clock of the worker that failed it: with
 * one that is an hour ahead, the task would wait an hour for all others.
 */
export async function noteRetry(job: Job<JobData>, redis: Redis, keys: QueueKeys): Promise<void> {
  const backoff = job.opts.backoff as WireBackoff | undefined;
  if (backoff === undefined || backoff.delay === 0) return;
  const wait = backoffDelay(backoff, job.attemptsMade + 1) + slackMs;
  await redis.eval(noteScript, 1, keys.retryTimes, job.id ?? '', wait);
}

/** Puts delayed tasks into the queue whose time has come, whatever the clocks of the workers say. */
export async function promoteDue(redis: Redis, queue: Queue<JobData>, keys: QueueKeys): Promise<void> {
  const due = (await redis.eval(dueScript, 1, keys.retryTimes, most)) as string[];
  for (const id of due) {
    const job = await queue.getJob(id);
    // It runs already, or another worker was first.
    await job?.promote().catch(() => undefined);
    await redis.zrem(keys.retryTimes, id);
  }
}
