import type { FindingGroup, Report } from '../../report/report.ts';
import { formatMs } from '../../wording/numbers/formatNumbers.ts';
import type { ReportOptions } from '../options/reportOptions.ts';

/** What a report is held against, and what of it counts. */
export type FailOnOptions = Pick<ReportOptions, 'failOn' | 'startup' | 'starved'>;

/** Whether a report fails, and the sentences that say so, or what did not count. */
export interface FailOnResult {
  readonly fails: boolean;
  readonly sentences: readonly string[];
}

/** Blocks of these groups count only when asked for. */
const leftOut = {
  startup: 'during start-up',
  starved: 'without CPU time',
} as const satisfies Partial<Record<FindingGroup, string>>;

const longestOf = ({ blocks }: Report, counts: (group: FindingGroup) => boolean): number =>
  blocks.reduce(
    (most, { durationMs, group }) => (counts(group ?? 'block') ? Math.max(most, durationMs) : most),
    0,
  );

/** Holds the blocks of a report against `--fail-on`. Start-up and a lack of CPU do not count. */
export function checkFailOn(report: Report, { failOn, ...asked }: FailOnOptions): FailOnResult {
  if (failOn === undefined) return { fails: false, sentences: [] };
  const longest = longestOf(report, (group) => group === 'block' || asked[group]);
  const fails = longest > failOn;
  const allowed = formatMs(failOn);
  const failed = `A block of ${formatMs(longest)} is longer than --fail-on ${allowed} allows.`;
  const others = (['startup', 'starved'] as const).flatMap((group) => {
    const left = asked[group] ? 0 : longestOf(report, (other) => other === group);
    if (left <= failOn) return [];
    return [`A block of ${formatMs(left)} ${leftOut[group]} does not count. Add --${group} to count it.`];
  });
  return { fails, sentences: fails ? [failed, ...others] : others };
}
