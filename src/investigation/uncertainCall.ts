import type { SourceModel } from '../code/sourceModel.ts';
import { positionAt } from '../code/calls/functionAt.ts';
import { callsNamed } from '../code/calls/callsNamed.ts';
import type { FindingSite } from '../report/finding.ts';

type UncertainSite = Pick<FindingSite, 'function' | 'callee' | 'precision'>;

/** The lines, 1-based, of the calls one of which blocked, where the recording only tells their function. */
export function possibleLines(model: SourceModel, site: FindingSite): readonly number[] {
  if (site.callee === null || site.precision !== 'function') return [];
  const calls = callsNamed(model.file, site.range.start, site.callee);
  return [...new Set(calls.map((call) => positionAt(model.file, call.getStart()).line + 1))];
}

/** Why the call of a finding is not certain; `lines` are those of the calls that may be it, null where no source tells. */
export function uncertainReason(site: UncertainSite, lines: readonly number[] | null): string {
  if (site.precision === 'line' || site.callee === null)
    return `${site.function} spends the time itself. Move it to a worker, or pause in its loop.`;
  if (lines === null)
    return `${site.callee} appears in ${site.function} more than once, or under another name, so the call is not certain.`;
  if (lines.length === 0)
    return `${site.function} calls ${site.callee} under another name, so the call is not certain.`;
  const places = lines.length === 1 ? `more than once on line ${listed(lines)}` : `on lines ${listed(lines)}`;
  return `${site.function} calls ${site.callee} ${places}, and the recording does not show which call blocks.`;
}

function listed(lines: readonly number[]): string {
  const [last = '', ...others] = lines.map(String).reverse();
  return others.length === 0 ? last : `${others.reverse().join(', ')} and ${last}`;
}
