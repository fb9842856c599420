import { isProcess, mainThread } from '../recording/threadNames.ts';
import type { Report, ReportBlock, ReportFinding } from './report.ts';

type Threads = Report['recording']['threads'];

/** Number of processes that were recorded. */
export const processCount = (threads: Threads): number => new Set(threads.map(({ pid }) => pid)).size;

/** The last part of a path, of either system. */
const baseName = (path: string): string => path.split(/[\\/]/).at(-1) ?? path;

/** What a person calls a process: `api.js (pid 4711)`. */
export function processName({
  title,
  pid,
}: {
  readonly title?: string | null;
  readonly pid: number | null;
}): string {
  const id = pid === null ? '' : `pid ${String(pid)}`;
  if (title == null || title === '') return id;
  return id === '' ? baseName(title) : `${baseName(title)} (${id})`;
}

/**
 * What a person calls a thread: `worker 2`; where several processes were recorded `api.js (pid 4711)`,
 * `worker 2 of api.js (pid 4711)`. As it is where its process has no name.
 */
export function threadName(id: string, threads: Threads): string {
  const thread = threads.find((each) => each.id === id);
  if (thread?.title == null || processCount(threads) === 1) return id;
  const worker = /(?:^|\s)(worker .*)$/.exec(id)?.[1];
  return worker === undefined ? processName(thread) : `${worker} of ${processName(thread)}`;
}

/**
 * The threads whose loops a finding blocked, by name; empty where only one loop can be meant: the main thread's of a program
 * of one process.
 */
export function loopsOf(
  finding: Pick<ReportFinding, 'threads'>,
  { recording: { threads } }: Pick<Report, 'recording'>,
): readonly string[] {
  const isOne = finding.threads.includes(mainThread) && processCount(threads) <= 1;
  return isOne ? [] : finding.threads.map((id) => threadName(id, threads));
}

/** Whether all threads that a finding blocked are main threads of processes. */
export const areProcesses = ({ threads }: Pick<ReportFinding, 'threads'>): boolean =>
  threads.every((id) => id === mainThread || isProcess(id));

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
