/**
 * What reports call the main thread. Worker threads are `worker 2`, as Node numbers them; the threads of processes that the
 * program started are `process 4711` and `process 4711 worker 2`.
 */
export const mainThread = 'main';

/** The name of a thread of a process that the program started. */
export const threadOfProcess = (pid: number, thread: string): string =>
  `process ${String(pid)}${thread === mainThread ? '' : ` ${thread}`}`;

/** Whether a thread is the main thread of a process that the program started. */
export const isProcess = (thread: string): boolean => /^process \d+$/.test(thread);
