import { requestName } from '../../recording/requestRoute.ts';
import type { Report, ReportBlock } from '../report.ts';
import { threadsOf } from '../threads.ts';
import { findingName, findingPlace, oneLine } from './findingWords.ts';

/** One event of Chrome's trace format; times in µs. */
export type TraceEvent = Readonly<Record<string, unknown>>;

const usPerMs = 1000;
/** What is known of the whole loop stands in a row of its own, below those of the threads. */
const stallsRow = 1000;

function eventsOf(block: ReportBlock, report: Report, pid: number, tid: number): readonly TraceEvent[] {
  const { startMs, durationMs, request, parts, boundary } = block;
  const served = request === null ? null : oneLine(requestName(request.method, request.url));
  const whole = {
    name: served ?? 'Block',
    cat: 'block',
    ...{ ph: 'X', pid, tid, ts: startMs * usPerMs, dur: durationMs * usPerMs },
    args: { boundary },
  };
  // Parts are known by their length alone: they stand one after the other, as far as the block has room.
  let at = startMs;
  const events: TraceEvent[] = [];
  for (const { findingId, cause, ms } of parts) {
    const length = Math.max(Math.min(ms, startMs + durationMs - at), 0);
    const finding = report.findings.find(({ id }) => id === findingId);
    events.push({
      name: finding === undefined ? cause : findingName(finding, { blocks: [] }),
      cat: cause,
      ...{ ph: 'X', pid, tid, ts: at * usPerMs, dur: length * usPerMs },
      args: { cause, place: finding === undefined ? null : findingPlace(finding) },
    });
    at += length;
  }
  return [whole, ...events];
}

/** The blocks of a report in the form that Perfetto, chrome://tracing and DevTools open; meant for JSON.stringify. */
export function exportTrace(report: Report): { readonly traceEvents: readonly TraceEvent[] } {
  const pid = report.target.pid ?? 1;
  const threads = threadsOf(report);
  const meta = (name: string, tid: number, value: string): TraceEvent => ({
    ...{ name, ph: 'M', pid, tid },
    args: { name: value },
  });
  const stalls = (report.loop.stalls ?? []).map(({ startMs, durationMs, callbacks }) => ({
    ...{ name: 'Long turn of the loop', cat: 'stall', ph: 'X', pid, tid: stallsRow },
    ...{ ts: startMs * usPerMs, dur: durationMs * usPerMs },
    args: { callbacks },
  }));
  return {
    traceEvents: [
      meta('process_name', 0, oneLine(report.target.title ?? 'node')),
      ...threads.map((thread, index) => meta('thread_name', index + 1, oneLine(thread))),
      ...(stalls.length === 0 ? [] : [meta('thread_name', stallsRow, 'Long turns of the loop')]),
      ...report.blocks.flatMap((block) => eventsOf(block, report, pid, threads.indexOf(block.thread) + 1)),
      ...stalls,
    ],
  };
}
