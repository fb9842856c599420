import type { QueueLink } from './link.ts';
import type { Submission } from './submission.ts';

// Requests to stop that workers can still read; older ones concern tasks that have long ended.
const controlLength = 10_000;
const cancelledTtl = 3_600_000;

/**
 * Takes a task out of the queue, or has the worker that runs it stop. What was not sent yet is not sent; a task that
 * other callers share goes on for them.
 */
export async function withdraw(
  link: QueueLink,
  caller: string,
  submission: Submission,
  isRunning: boolean,
): Promise<void> {
  const { id, options, wanted = '' } = submission;
  if (submission.sent === undefined) return;
  await submission.sent;
  if (!submission.isQueued || (options.onAbort === 'abandon' && isRunning)) return;
  const { keys, commands, queue } = link;
  if (options.key !== undefined) {
    const left = await commands.eval(leaveScript, 1, keys.waiters(id), waiterOf(caller, submission));
    if (left !== 0) return;
  }
  const unpark = () => commands.hdel(keys.parked(wanted), id);
  const isRemoved = (await queue.remove(id)) === 1;
  const wasParked = (await unpark()) === 1;
  if (isRemoved && !wasParked) return;
  // Locked, a worker has it; parked, one may be bringing it back. Whoever takes it later finds the mark.
  await commands.set(keys.cancelled(id), '1', 'PX', cancelledTtl);
  await commands.xadd(keys.control, 'MAXLEN', '~', controlLength, '*', 'cancel', id);
  // It was parked or brought back before the mark was there to be seen.
  await unpark();
  await queue.remove(id);
}

const leaveScript = `
redis.call('SREM', KEYS[1], ARGV[1])
return redis.call('SCARD', KEYS[1])`;

/** The set member that stands for one caller's interest in a shared task. */
export function waiterOf(caller: string, submission: Submission): string {
  return `${caller}:${submission.task.id}`;
}
