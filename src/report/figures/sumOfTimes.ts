import { toTenths } from '../../base/units.ts';
import type { ReportFinding } from '../report.ts';

/** The figures of a finding from the times of its blocks, in ms; of an even number of times the lower middle one. */
export function sumOfTimes(
  times: readonly number[],
): Pick<ReportFinding, 'count' | 'totalMs' | 'maxMs' | 'p50Ms'> {
  const sorted = [...times].sort((a, b) => a - b);
  return {
    count: times.length,
    totalMs: toTenths(times.reduce((sum, ms) => sum + ms, 0)),
    maxMs: toTenths(sorted.at(-1) ?? 0),
    p50Ms: toTenths(sorted[(sorted.length - 1) >> 1] ?? 0),
  };
}
