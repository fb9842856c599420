/** Names of the Redis keys of one queue that are not BullMQ's own. */
export interface QueueKeys {
  /** BullMQ's stream of events. */
  readonly events: string;
  /** BullMQ's hash of one task. */
  readonly job: (id: string) => string;
  /** What came of a task; expires. */
  readonly outcome: (id: string) => string;
  /** Set when a task was cancelled, for a worker that takes it over; expires. */
  readonly cancelled: (id: string) => string;
  /** Callers that wait for the task of an idempotency key; expires. */
  readonly waiters: (id: string) => string;
  /** Exists while a caller is alive. */
  readonly caller: (id: string) => string;
  /** Stream by which callers speak to all workers. */
  readonly control: string;
  /** Description of a worker, as JSON; exists while it is alive. */
  readonly worker: (id: string) => string;
  /** Ids of the workers, dead ones included until somebody looks. */
  readonly workers: string;
  /** Tasks by id that wait for a worker of their build. */
  readonly parked: (build: string) => string;
  /** Builds that tasks wait for. */
  readonly parkedBuilds: string;
  /** When failed tasks are to be run again, by Redis' clock. */
  readonly retryTimes: string;
  /** Held by the worker that brings parked tasks back. */
  readonly unparking: (build: string) => string;
}

/** The keys of a queue. They share BullMQ's prefix, and so its hash slot in a cluster when the prefix is a hash tag. */
export function queueKeys(prefix: string, queue: string): QueueKeys {
  const base = `${prefix}:${queue}:`;
  const own = `${base}offloop:`;
  return {
    events: `${base}events`,
    job: (id) => base + id,
    outcome: (id) => `${own}outcome:${id}`,
    cancelled: (id) => `${own}cancelled:${id}`,
    waiters: (id) => `${own}waiters:${id}`,
    caller: (id) => `${own}caller:${id}`,
    control: `${own}control`,
    worker: (id) => `${own}worker:${id}`,
    workers: `${own}workers`,
    parked: (build) => `${own}parked:${build}`,
    parkedBuilds: `${own}parked-builds`,
    retryTimes: `${own}retry-times`,
    unparking: (build) => `${own}unparking:${build}`,
  };
}
