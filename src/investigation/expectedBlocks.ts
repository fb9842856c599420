import { stackIn } from '../report/stackIn.ts';
import type { Report, ReportBlock, ReportFinding } from '../report/report.ts';
import { requestRoute } from '../recording/requestRoute.ts';

type Routes = ReadonlyMap<string, number>;

/** Functions that run promises: what a timer only settled was not begun by it. */
const tasks = /^(?:processTicksAndRejections|runMicrotasks|runNextTicks)$/;

/**
 * How many blocks of a finding a second recording would hold if nothing had changed. Where its blocks served requests,
 * only requests of the same routes count: that others are answered quickly says nothing about it.
 */
export function expectedBlocks(finding: ReportFinding, before: Report, after: Report): number {
  const byTime =
    before.recording.durationMs > 0 ? after.recording.durationMs / before.recording.durationMs : 0;
  const byRequests = requestRatio(before, after);
  const [routes, later] = [routesOf(before), routesOf(after)];
  if (routes === null || later === null) return finding.count * (byRequests ?? byTime);
  const blocks = before.blocks.filter(({ parts }) => parts.some(({ findingId }) => findingId === finding.id));
  const served = blocks.flatMap(({ request }) =>
    request == null ? [] : [requestRoute(request.method, request.url)],
  );
  if (served.length > 0 && served.length * 2 >= blocks.length) {
    // Requests whose route was not kept may have been of any.
    const named = [...routes.values()].reduce((sum, count) => sum + count, 0);
    const unnamed = Math.max((before.recording.requests ?? 0) - named, 0);
    const ratios = served.map((route) => ratioOf(later.get(route), (routes.get(route) ?? 0) + unnamed));
    return (finding.count * ratios.reduce((sum, ratio) => sum + ratio, 0)) / blocks.length;
  }
  // What no timer began may be the rest of a request whose beginning waited for something.
  const byBoth = byRequests === null ? byTime : Math.min(byTime, byRequests);
  return finding.count * (isOfTimers(blocks.map((block) => stackIn(block, finding.id))) ? byTime : byBoth);
}

function requestRatio(before: Report, after: Report): number | null {
  const [first, second] = [before.recording.requests, after.recording.requests];
  return first !== null && first > 0 && second !== null ? second / first : null;
}

const routesOf = ({ recording }: Report): Routes | null =>
  recording.routes == null ? null : new Map(Object.entries(recording.routes));

const ratioOf = (after: number | undefined, before: number): number =>
  before === 0 ? 0 : (after ?? 0) / before;

/** Whether timers called all code whose stack is known, themselves. */
function isOfTimers(all: readonly ReportBlock['stack'][]): boolean {
  const stacks = all.filter((stack) => stack.length > 0);
  const isTimer = (stack: ReportBlock['stack']): boolean =>
    stack.at(-1)?.function === 'processTimers' && !stack.some((frame) => tasks.test(frame.function));
  return stacks.length > 0 && stacks.every(isTimer);
}
