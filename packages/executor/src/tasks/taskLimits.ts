import { setMaxListeners } from 'node:events';
import { TimeoutError } from '../wire/errors.ts';
import { duration } from './numbers.ts';
import type { PendingTask } from './pendingTask.ts';
import { startTimer } from './timer.ts';
import type { SubmitOptions } from './types.ts';

/**
 * Connects a task with its signal and its clocks. Throws when an option is out of range or the signal is aborted already.
 */
export function armTask(task: PendingTask, options: SubmitOptions): void {
  const { signal, timeout, runTimeout, graceMs } = options;
  if (graceMs !== undefined) duration('graceMs', graceMs);
  if (signal === undefined && timeout === undefined && runTimeout === undefined) return;
  signal?.throwIfAborted();
  const timers: (NodeJS.Timeout | undefined)[] = [];
  const onAbort = (): void => {
    task.cancel(signal?.reason);
  };
  const limit = (name: string, ms: number | undefined): void => {
    timers.push(
      startTimer(name, ms, () => {
        task.cancel(new TimeoutError(`The task took longer than its ${name} of ${String(ms)} ms`));
      }),
    );
  };
  if (runTimeout !== undefined) {
    duration('runTimeout', runTimeout);
    task.onStart = () => {
      limit('runTimeout', runTimeout);
    };
  }
  limit('timeout', timeout);
  if (signal !== undefined) {
    // One signal for a thousand tasks is no leak: each takes its listener away when it ends.
    setMaxListeners(0, signal);
    signal.addEventListener('abort', onAbort, { once: true });
  }
  task.cleanUp = () => {
    for (const timer of timers) clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  };
}
