import type { Micros } from '../../base/units.ts';
import type { CallSite } from '../../code/calls/callSite.ts';
import type { Cause } from '../../report/cause.ts';

/** A share of a block's time with the site and the mechanism that spent it; `leaf` indexes the call tree. */
export interface Attribution {
  readonly site: CallSite | null;
  readonly cause: Cause;
  readonly duration: Micros;
  readonly leaf: number;
}

/** Two attributions belong to one part when they share site and cause. */
export function siteKey(site: CallSite | null, cause: Cause): string {
  if (site === null) return `-|${cause}`;
  const { start } = site.range;
  return `${cause}|${site.path}|${site.scopePath}|${site.callee ?? ''}|${String(site.ordinal)}|${site.precision}|${String(start.line)}:${String(start.column)}`;
}
