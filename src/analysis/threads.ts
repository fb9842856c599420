import type { Report, ReportBlock, ReportFinding } from './report.ts';

/**
 * What reports call the main thread. Worker threads are `worker 2`, as Node numbers them; the threads of processes that the
 * program started are `process 4711` and `process 4711 worker 2`.
 */
export const mainThread = 'main';

/** Whether a thread is the main thread of a process that the program started. */
export const isProcess = (thread: string): boolean => /^process \d+$/.test(thread);

/** The threads whose own loops a finding blocked; empty when the program's main thread is among them, or unknown. */
export const othersOf = ({ threads }: Pick<ReportFinding, 'threads'>): readonly string[] =>
  threads.includes(mainThread) ? [] : threads;

/** Blocks of the loops of main threads, and those of the loops of worker threads: they add up to no share of the time. */
export function blocksByThread({ blocks }: Pick<Report, 'blocks'>): {
  readonly main: readonly ReportBlock[];
  readonly workers: readonly ReportBlock[];
} {
  const isMain = ({ thread }: ReportBlock): boolean => thread === mainThread || isProcess(thread);
  return { main: blocks.filter(isMain), workers: blocks.filter((block) => !isMain(block)) };
}
