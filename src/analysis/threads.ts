import type { Report, ReportBlock, ReportFinding } from './report.ts';

/** What reports call the main thread; worker threads are `worker 2`, as Node numbers them. */
export const mainThread = 'main';

/** The worker threads whose own loops a finding blocked; empty when the main thread's is among them, or unknown. */
export const workersOf = ({ threads }: Pick<ReportFinding, 'threads'>): readonly string[] =>
  threads.includes(mainThread) ? [] : threads;

/** Blocks of the main thread's loop, and those of the loops of worker threads: they add up to no share of the time. */
export function blocksByThread({ blocks }: Pick<Report, 'blocks'>): {
  readonly main: readonly ReportBlock[];
  readonly workers: readonly ReportBlock[];
} {
  return {
    main: blocks.filter(({ thread }) => thread === mainThread),
    workers: blocks.filter(({ thread }) => thread !== mainThread),
  };
}
