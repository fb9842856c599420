import { randomUUID } from 'node:crypto';
import type { Job, Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { QueueKeys } from '../redis/keys.ts';
import { buildKey } from '../wire/build.ts';
import type { JobData } from '../wire/jobData.ts';

// One worker brings back the tasks of a build at a time; should it die meanwhile, another may after this time.
const unparkingMs = 5_000;

const takeScript = `
if redis.call('HGET', KEYS[1], ARGV[1]) == ARGV[2] then redis.call('HDEL', KEYS[1], ARGV[1]) end`;

// In one step: a task may be parked at this very moment.
const forgetScript = `
if redis.call('HLEN', KEYS[1]) == 0 then redis.call('SREM', KEYS[2], ARGV[1]) end`;

/**
 * Puts a task aside that this worker cannot run, because it has another build of the file. Left in the queue it would be
 * fetched again and again by workers that cannot run it; with a delay, its return would hang on the clocks of machines.
 */
export async function park(job: Job<JobData>, redis: Redis, keys: QueueKeys): Promise<string> {
  const wanted = buildKey(job.data.module, job.data.build ?? '');
  // Each time is told apart from the last: whoever brings the task back must not take away what was parked since.
  const entry = JSON.stringify({ name: job.name, data: job.data, opts: job.opts, turn: randomUUID() });
  await redis.hset(keys.parked(wanted), job.id ?? '', entry);
  await redis.sadd(keys.parkedBuilds, wanted);
  return wanted;
}

/** Brings parked tasks of the given builds back into the queue, at its head, at most `most` of each. */
export async function unpark(
  builds: readonly string[],
  most: number,
  { queue, redis, keys, self }: { queue: Queue<JobData>; redis: Redis; keys: QueueKeys; self: string },
): Promise<void> {
  const waiting = await redis.smembers(keys.parkedBuilds);
  for (const build of waiting.filter((name) => builds.includes(name))) {
    if ((await redis.set(keys.unparking(build), self, 'PX', unparkingMs, 'NX')) === null) continue;
    await bringBack(build, most, { queue, redis, keys });
    await redis.del(keys.unparking(build));
  }
}

async function bringBack(
  build: string,
  most: number,
  { queue, redis, keys }: { queue: Queue<JobData>; redis: Redis; keys: QueueKeys },
): Promise<void> {
  const key = keys.parked(build);
  const [, found] = await redis.hscan(key, 0, 'COUNT', most);
  for (let index = 0; index < Math.min(found.length, 2 * most); index += 2) {
    const [id, text] = found.slice(index, index + 2);
    if (id === undefined || text === undefined) continue;
    // Whoever parked it has not let go of it yet.
    if ((await redis.exists(keys.job(id))) === 1) continue;
    const { name, data, opts } = JSON.parse(text) as Pick<Job<JobData>, 'name' | 'data' | 'opts'>;
    const { priority, attempts, backoff, removeOnComplete, removeOnFail, stackTraceLimit } = opts;
    await queue.add(name, data, {
      jobId: id,
      lifo: true,
      ...(priority !== undefined && { priority }),
      ...(attempts !== undefined && { attempts }),
      ...(backoff !== undefined && { backoff }),
      ...(removeOnComplete !== undefined && { removeOnComplete }),
      ...(removeOnFail !== undefined && { removeOnFail }),
      ...(stackTraceLimit !== undefined && { stackTraceLimit }),
    });
    // Its caller may have withdrawn it since it was read above.
    if ((await redis.exists(keys.cancelled(id))) === 1) await queue.remove(id);
    // Not before: should this worker die in between, the task would be gone.
    await redis.eval(takeScript, 1, key, id, text);
  }
  await redis.eval(forgetScript, 2, key, keys.parkedBuilds, build);
}
