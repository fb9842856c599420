import type { Report } from '../../report/report.ts';
import { blocksByThread, processCount, processName } from '../../report/threads.ts';
import type { Ink } from '../ink.ts';
import { counted, formatCount, formatMs, formatShare } from '../../wording/numbers/formatNumbers.ts';
import { blockedShares, sparkline } from './sparkline.ts';
import { fit, printable, wrap } from '../text.ts';
import { leftOutText } from '../../wording/leftOutTexts.ts';

const mostColumns = 80;

const joined = (parts: readonly (string | null)[]): string =>
  parts.filter((part) => part !== null).join(' · ');

function targetLine({ target }: Report): string {
  const { title, node, pid, debuggerAttached } = target;
  return joined([
    title === null ? 'A recorded profile' : printable(title),
    node === null ? null : `Node ${printable(node)}`,
    pid === null ? null : `pid ${String(pid)}`,
    debuggerAttached === true ? 'a debugger is attached: times are inflated' : null,
  ]);
}

const processesOf = ({ recording }: Report): number => Math.max(1, processCount(recording.threads));

/** More processes than this are in the JSON. */
const mostNamed = 6;

/** The processes that were recorded, where there are several. */
function processLine(report: Report): string | null {
  if (processesOf(report) === 1) return null;
  const names = [...new Set(report.recording.threads.map(processName))].map(printable);
  const rest = names.length - mostNamed;
  return [...names.slice(0, mostNamed), ...(rest > 0 ? [`${String(rest)} more`] : [])].join(' · ');
}

/** The processes that were left out, and why. */
const leftOutLines = (report: Report, ink: Ink): readonly string[] =>
  (report.recording.notRecorded ?? []).flatMap((each) =>
    wrap(`Not recorded: ${printable(leftOutText(each))}`, ink.width).map(ink.mark),
  );

function recordingLine(report: Report): string {
  const { durationMs, samples, intervalMs, requests, unobservedMs, threads } = report.recording;
  const processes = processesOf(report);
  return joined([
    formatMs(durationMs),
    intervalMs === null
      ? counted(samples, 'sample')
      : `${counted(samples, 'sample')}, every ${formatMs(intervalMs)}`,
    requests === null ? null : counted(requests, 'request'),
    threads.length > processes ? counted(threads.length, 'thread') : null,
    processes > 1 ? counted(processes, 'process', 'processes') : null,
    unobservedMs !== null && unobservedMs >= 1 ? `${formatMs(unobservedMs)} not observed` : null,
  ]);
}

function loopLine(report: Report): string | null {
  const { utilization, delayMs, stalls } = report.loop;
  const { pid } = report.target;
  if (utilization === null && delayMs === null) return null;
  return joined([
    // The others have loops of their own, which may be blocked for longer than this one is ever late.
    processesOf(report) > 1 && pid !== null ? `of pid ${String(pid)}` : null,
    utilization === null ? null : `${formatShare(utilization)} busy`,
    delayMs === null
      ? null
      : `delay p50 ${formatMs(delayMs.p50)}, p99 ${formatMs(delayMs.p99)}, longest ${formatMs(delayMs.max)}`,
    stalls === null || stalls.length === 0 ? null : counted(stalls.length, 'stall'),
  ]);
}

function blockLine(report: Report): string {
  const { main, workers } = blocksByThread(report);
  const apart = workers.length === 0 ? null : `and ${formatCount(workers.length)} in worker threads`;
  if (main.length === 0) return joined(['none', apart]);
  const { recording } = report;
  const lengths = main.map(({ durationMs }) => durationMs);
  const total = lengths.reduce((sum, ms) => sum + ms, 0);
  const longest = lengths.reduce((most, ms) => Math.max(most, ms), 0);
  // Loops that are blocked side by side share no time.
  const processes = new Set(main.map(({ thread }) => thread)).size;
  const share =
    recording.durationMs > 0 && processes === 1 ? ` (${formatShare(total / recording.durationMs)})` : '';
  return joined([
    formatCount(main.length),
    `${formatMs(total)} in all${share}`,
    `longest ${formatMs(longest)}`,
    apart,
  ]);
}

/** What was recorded and how the event loop fared, over a strip that shows when it was blocked. */
export function renderSummary(report: Report, ink: Ink): readonly string[] {
  const rows: readonly (readonly [string, string | null])[] = [
    ['recorded', recordingLine(report)],
    ['processes', processLine(report)],
    ['loop', loopLine(report)],
    ['blocks', blockLine(report)],
  ];
  const label = (name: string): string => ink.quiet(name.padEnd(10));
  const lines = rows.flatMap(([name, text]) =>
    text === null ? [] : [label(name) + fit(text, ink.width - 10)],
  );
  const columns = Math.min(ink.width - 11, mostColumns);
  const shares = blockedShares(blocksByThread(report).main, report.recording.durationMs, columns);
  const strip = shares.some((share) => share > 0) ? [label('') + ink.mark(sparkline(shares).trimEnd())] : [];
  const head = ink.title(fit(targetLine(report), ink.width));
  return [head, ...lines, ...strip, ...leftOutLines(report, ink)].map((line) => line.trimEnd());
}
