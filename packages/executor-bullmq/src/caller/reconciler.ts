import type { Redis } from 'ioredis';
import { TaskLostError } from '../errors.ts';
import type { QueueKeys } from '../redis/keys.ts';
import type { Outstanding } from './outstanding.ts';
import type { Submission } from './submission.ts';

// Commands in one round trip.
const batch = 500;
// An end may be on its way to us when it is looked for; one look more tells.
const looksBeforeLost = 3;

type Reply = [error: Error | null, value: unknown];

/**
 * Looks for tasks whose end was not heard: the stream of events is finite, and a caller that was cut off for long misses
 * some. What Redis knows no more is lost, and its caller is told.
 */
export class Reconciler {
  readonly #timer: NodeJS.Timeout;
  #isLooking = false;

  constructor(
    private readonly client: Redis,
    private readonly keys: QueueKeys,
    private readonly outstanding: Outstanding,
    interval: number,
  ) {
    this.#timer = setInterval(() => void this.look(), interval).unref();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** Looks once. */
  async look(): Promise<void> {
    if (this.#isLooking || this.client.status !== 'ready') return;
    this.#isLooking = true;
    try {
      const open = [...this.outstanding.all()].filter(({ isQueued }) => isQueued);
      for (let from = 0; from < open.length; from += batch) await this.#ask(open.slice(from, from + batch));
    } catch {
      // The connection broke: the next look will tell.
    } finally {
      this.#isLooking = false;
    }
  }

  async #ask(submissions: readonly Submission[]): Promise<void> {
    const pipeline = this.client.pipeline();
    for (const { id, wanted } of submissions) {
      pipeline.exists(this.keys.job(id));
      pipeline.getBuffer(this.keys.outcome(id));
      pipeline.hexists(this.keys.parked(wanted ?? ''), id);
    }
    const replies = ((await pipeline.exec()) ?? []) as Reply[];
    for (const [index, submission] of submissions.entries()) {
      const [job, stored, parked] = replies.slice(index * 3, index * 3 + 3);
      if (job?.[0] || stored?.[0] || parked?.[0]) continue;
      if (job?.[1] === 1 || parked?.[1] === 1) submission.missed = 0;
      else if (Buffer.isBuffer(stored?.[1])) this.outstanding.settle(submission.id, stored[1]);
      else this.#miss(submission);
    }
  }

  #miss(submission: Submission): void {
    if (++submission.missed < looksBeforeLost) return;
    const error = new TaskLostError(
      `Redis no longer knows ${submission.resolved.name}: it lost data or was emptied, or the result expired. ` +
        'Run Redis with appendonly yes, and with maxmemory-policy noeviction',
    );
    this.outstanding.end(submission, { error });
  }
}
