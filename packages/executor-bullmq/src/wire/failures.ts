/** Texts by which a failed BullMQ job says why, for dashboards and for callers that share a task. */
export const failure = {
  cancelled: 'offloop: the caller cancelled the task',
  callerLost: 'offloop: the caller is gone',
  notOurs: 'offloop: the data of this job was not written by a QueueExecutor',
} as const;
