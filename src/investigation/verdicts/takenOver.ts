import type { Report, ReportBlock } from '../../report/report.ts';
import { groupOf } from '../../report/findingGroup.ts';
import { blocksOfFinding, routeOfBlock, servedRoutes } from './callsSince.ts';
import { median } from './compareTimes.ts';
import { leastSlowdown, slowdownOf } from './slowdown.ts';

/** A finding whose time came back to this extent elsewhere is not gone; what took it blocks this often, at the least. */
const leastShare = 0.5;

/**
 * The finding that took over another one's time on its routes: after a fix the same work may block under another name.
 * Null when none did.
 */
export function takenOverBy(id: string, before: Report, after: Report): string | null {
  const routes = new Set(servedRoutes(before, id));
  const units = [callsOf(before, routes), callsOf(after, routes)] as const;
  if (units[0] <= 0 || units[1] <= 0) return null;
  const expected = (blocksOfFinding(before, id).length / units[0]) * units[1];
  const earlier = blockedOn(before, routes, new Set());
  const later = blockedOn(after, routes, restsOfRequests(before, after, expected));
  const lost = (earlier.get(id) ?? []).reduce((sum, ms) => sum + ms, 0) / units[0];
  const slowdown = leastSlowdown * slowdownOf(before, after);
  const gains = [...later]
    .filter(([other, times]) => other !== id && times.length >= expected * leastShare)
    .map(([other, times]) => ({ other, gain: gainOf(times, earlier.get(other) ?? [], slowdown) / units[1] }))
    .sort((a, b) => b.gain - a.gain);
  const gained = gains.reduce((sum, { gain }) => sum + gain, 0);
  return lost > 0 && gained >= lost * leastShare ? (gains[0]?.other ?? null) : null;
}

/**
 * What a finding takes longer than before, ms. One that blocked before counts with what its usual block grew by, beyond
 * what the machine and its load explain: short blocks are seen more often by chance alone.
 */
function gainOf(now: readonly number[], before: readonly number[], slowdown: number): number {
  return now.length * Math.max(median(now) - median(before) * slowdown, 0);
}

/**
 * Findings that may be the rest of requests whose blocks are not known as such: calls that were not there before and block
 * about as often as the fixed one would have. What starts or ends the program, or happens now and then, is none.
 */
function restsOfRequests(before: Report, after: Report, expected: number): ReadonlySet<string> {
  const known = new Set(before.findings.map(({ id }) => id));
  const fresh = after.findings.filter(
    (finding) =>
      !known.has(finding.id) &&
      finding.callSite !== null &&
      finding.count >= expected * leastShare &&
      groupOf(finding, after) === 'block',
  );
  return new Set(fresh.map(({ id }) => id));
}

/** Calls of the routes; without any, ms of recording. */
function callsOf({ recording }: Report, routes: ReadonlySet<string>): number {
  if (routes.size === 0) return recording.durationMs;
  return [...routes].reduce((sum, route) => sum + (recording.routes?.[route] ?? 0), 0);
}

/** Milliseconds that each finding blocked, for each block that served the routes or no known request. */
function blockedOn(
  { blocks }: Report,
  routes: ReadonlySet<string>,
  countedWithoutRoute: ReadonlySet<string>,
): ReadonlyMap<string, readonly number[]> {
  const blocked = new Map<string, number[]>();
  for (const block of blocks) {
    const isOnRoute = isOn(block, routes);
    if (isOnRoute === null) continue;
    for (const { findingId, cause, ms } of block.parts) {
      if (cause === 'starved' || (!isOnRoute && !countedWithoutRoute.has(findingId))) continue;
      const times = blocked.get(findingId);
      if (times === undefined) blocked.set(findingId, [ms]);
      else times.push(ms);
    }
  }
  return blocked;
}

/** Whether a block is on one of the routes; null for one that served another, false for one that served none. */
function isOn(block: ReportBlock, routes: ReadonlySet<string>): boolean | null {
  const route = routeOfBlock(block);
  if (route === null) return routes.size === 0;
  return routes.has(route) ? true : null;
}
