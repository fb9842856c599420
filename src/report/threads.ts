import { isProcess, mainThread } from '../recording/threadNames.ts';
import type { Report, ReportBlock, ReportFinding } from './report.ts';

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

/** All threads of a report, the main thread first. */
export const threadsOf = ({ recording, blocks }: Report): readonly string[] => [
  ...new Set([...recording.threads.map(({ id }) => id), ...blocks.map(({ thread }) => thread)]),
];
