import { setTimeout } from 'node:timers';
import { TimeoutError } from './errors.ts';
import { duration } from './options.ts';
import type { PendingTask } from './pendingTask.ts';
import type { SubmitOptions } from './types.ts';

/**
 * Connects a task with its signal and its clocks. Throws when an option is out of range or the signal is aborted already.
 */
export function armTask(task: PendingTask, options: SubmitOptions): void {
  const { signal, timeout, runTimeout } = options;
  if (signal === undefined && timeout === undefined && runTimeout === undefined) return;
  signal?.throwIfAborted();
  const timers: NodeJS.Timeout[] = [];
  const onAbort = (): void => {
    task.cancel(signal?.reason);
  };
  const startTimer = (name: string, ms: number): void => {
    timers.push(
      setTimeout(() => {
        task.cancel(new TimeoutError(`The task took longer than its ${name} of ${String(ms)} ms`));
      }, ms),
    );
  };
  if (timeout !== undefined && duration('timeout', timeout) !== Infinity) startTimer('timeout', timeout);
  if (runTimeout !== undefined && duration('runTimeout', runTimeout) !== Infinity) {
    task.onStart = () => {
      startTimer('runTimeout', runTimeout);
    };
  }
  signal?.addEventListener('abort', onAbort, { once: true });
  task.cleanUp = () => {
    for (const timer of timers) clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  };
}
