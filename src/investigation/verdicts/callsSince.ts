import { stackIn } from '../../report/stackIn.ts';
import type { Report, ReportBlock, ReportFinding } from '../../report/report.ts';
import { requestRoute } from '../../recording/requestRoute.ts';

/** How much of a finding's work a second recording has seen. */
export interface CallsSince {
  /** Calls of its routes; where it served none, the calls that were due. */
  readonly seen: number;
  /** How many blocks they would hold if nothing had changed. */
  readonly expectedBlocks: number;
  /** Whether `seen` was counted, not estimated from time or from all requests. */
  readonly counted: boolean;
}

type Routes = ReadonlyMap<string, number>;

/** Functions that run promises: what a timer only settled was not begun by it. */
const tasks = /^(?:processTicksAndRejections|runMicrotasks|runNextTicks)$/;

/** The blocks of a report that hold a part of a finding. */
export const blocksOfFinding = ({ blocks }: Report, id: string): readonly ReportBlock[] =>
  blocks.filter(({ parts }) => parts.some(({ findingId }) => findingId === id));

/** The route that a block served; null where it served no request that is known. */
export const routeOfBlock = ({ request }: ReportBlock): string | null =>
  request === null ? null : requestRoute(request.method, request.url);

/** Routes that a finding's blocks served, one entry per block; empty where most of its blocks served none. */
export function servedRoutes(report: Report, id: string): readonly string[] {
  const blocks = blocksOfFinding(report, id);
  const served = blocks.map(routeOfBlock).filter((route) => route !== null);
  return served.length * 2 >= blocks.length ? served : [];
}

/**
 * Counts the calls of a finding that a second recording has seen; `blocks` is how many of its blocks in the first one
 * count. Where its blocks served requests, only requests of the same routes count: that others are answered quickly says
 * nothing about it.
 */
export function callsSince(
  finding: ReportFinding,
  blocks: number,
  before: Report,
  after: Report,
): CallsSince {
  const [routes, later] = [routesOf(before), routesOf(after)];
  const served = servedRoutes(before, finding.id);
  if (routes !== null && later !== null && served.length > 0) {
    const seen = [...new Set(served)].reduce((sum, route) => sum + (later.get(route) ?? 0), 0);
    return { seen, expectedBlocks: blocks * routeRatio(served, routes, later, before), counted: true };
  }
  const ratio = ratioWithoutRoutes(finding.id, before, after);
  return { seen: Math.floor(blocks * ratio), expectedBlocks: blocks * ratio, counted: false };
}

/** By how much the routes were asked for more often, or less, than in the first recording: the mean over its blocks. */
function routeRatio(served: readonly string[], routes: Routes, later: Routes, before: Report): number {
  // Requests whose route was not kept may have been of any.
  const named = [...routes.values()].reduce((sum, count) => sum + count, 0);
  const unnamed = Math.max((before.recording.requests ?? 0) - named, 0);
  const ratios = served.map((route) => ratioOf(later.get(route), (routes.get(route) ?? 0) + unnamed));
  return ratios.reduce((sum, ratio) => sum + ratio, 0) / served.length;
}

function ratioWithoutRoutes(id: string, before: Report, after: Report): number {
  const byTime =
    before.recording.durationMs > 0 ? after.recording.durationMs / before.recording.durationMs : 0;
  const byRequests = requestRatio(before, after);
  if (routesOf(before) === null || routesOf(after) === null) return byRequests ?? byTime;
  // What no timer began may be the rest of a request whose beginning waited for something.
  const byBoth = byRequests === null ? byTime : Math.min(byTime, byRequests);
  const stacks = blocksOfFinding(before, id).map((block) => stackIn(block, id));
  return isOfTimers(stacks) ? byTime : byBoth;
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
