import { hostname } from 'node:os';
import type { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { WorkerInfo } from '../caller/overview.ts';
import type { QueueKeys } from '../redis/keys.ts';
import type { JobData } from '../wire/jobData.ts';
import { unpark } from './parking.ts';
import { promoteDue } from './retries.ts';
import type { RunningTasks } from './runningTasks.ts';

/** What a heartbeat looks after. */
export interface HeartbeatSetup {
  readonly id: string;
  readonly redis: Redis;
  readonly queue: Queue<JobData>;
  readonly keys: QueueKeys;
  readonly running: RunningTasks;
  readonly files: readonly string[];
  readonly concurrency: number;
  readonly interval: number;
  readonly counts: { readonly done: number; readonly failed: number };
}

// A worker is taken for dead after so many beats without a sign.
const beatsOfGrace = 5;

/** Once in a while: says that the worker is alive, drops tasks of lost callers, and looks after parked and delayed ones. */
export class Heartbeat {
  readonly #timer: NodeJS.Timeout;
  #isBeating = false;

  constructor(private readonly setup: HeartbeatSetup) {
    this.#timer = setInterval(() => void this.beat(), setup.interval).unref();
  }

  /** Beats once. */
  async beat(): Promise<void> {
    const { redis, queue, keys, running, files, concurrency, id } = this.setup;
    if (this.#isBeating || redis.status !== 'ready') return;
    this.#isBeating = true;
    try {
      await this.#sayAlive();
      await this.#dropOrphans();
      await promoteDue(redis, queue, keys);
      const free = concurrency - running.size;
      if (free > 0) await unpark(files, 2 * concurrency, { queue, redis, keys, self: id });
    } catch {
      // The connection broke: the next beat makes up for it.
    } finally {
      this.#isBeating = false;
    }
  }

  /** Says goodbye. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    const { redis, keys, id } = this.setup;
    if (redis.status !== 'ready') return;
    await redis.del(keys.worker(id)).catch(() => undefined);
    await redis.srem(keys.workers, id).catch(() => undefined);
  }

  async #sayAlive(): Promise<void> {
    const { redis, keys, id, running, files, concurrency, interval, counts } = this.setup;
    const info: WorkerInfo = {
      id,
      host: hostname(),
      pid: process.pid,
      concurrency,
      running: running.size,
      ...counts,
      files,
    };
    await redis.set(keys.worker(id), JSON.stringify(info), 'PX', interval * beatsOfGrace);
    await redis.sadd(keys.workers, id);
  }

  async #dropOrphans(): Promise<void> {
    const { redis, keys, running } = this.setup;
    for (const [caller, ids] of running.callers()) {
      if ((await redis.exists(keys.caller(caller))) === 1) continue;
      for (const id of ids) running.stop(id, 'caller-lost');
    }
  }
}
