import type { QueueLink } from './link.ts';

/** One worker program, as it described itself within the last seconds. */
export interface WorkerInfo {
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  /** Tasks it runs at once. */
  readonly concurrency: number;
  readonly running: number;
  readonly done: number;
  readonly failed: number;
  /** Its task files, as `name@build`. */
  readonly files: readonly string[];
}

/** What a queue does at the moment. */
export interface QueueOverview {
  /** Tasks that wait for a worker. */
  readonly waiting: number;
  /** Tasks that a worker has. */
  readonly active: number;
  /** Tasks that wait for their next run after a failure. */
  readonly delayed: number;
  /** Tasks that wait for a worker of their build. */
  readonly parked: number;
  readonly workers: readonly WorkerInfo[];
}

/** Asks Redis about a queue. Workers that died are forgotten on the way. */
export async function readOverview({ queue, commands, keys, ready }: QueueLink): Promise<QueueOverview> {
  await ready;
  const [counts, ids, builds] = await Promise.all([
    queue.getJobCounts('wait', 'prioritized', 'active', 'delayed'),
    commands.smembers(keys.workers),
    commands.smembers(keys.parkedBuilds),
  ]);
  const [texts, parked] = await Promise.all([
    ids.length === 0 ? [] : commands.mget(ids.map(keys.worker)),
    Promise.all(builds.map((build) => commands.hlen(keys.parked(build)))),
  ]);
  const dead = ids.filter((_id, index) => texts[index] === null);
  if (dead.length > 0) await commands.srem(keys.workers, dead);
  const count = (state: string): number => counts[state] ?? 0;
  return {
    waiting: count('wait') + count('prioritized'),
    active: count('active'),
    delayed: count('delayed'),
    parked: parked.reduce((sum, length) => sum + length, 0),
    workers: texts.flatMap((text) => (typeof text === 'string' ? [JSON.parse(text) as WorkerInfo] : [])),
  };
}
