import type { Range } from '../../base/position.ts';
import { microsToMillis } from '../../base/units.ts';
import type { CallSite } from '../../code/calls/callSite.ts';
import type { CurrentRange, ScriptSources } from '../source/scriptSources.ts';
import type { Cause } from '../../report/cause.ts';
import type { Finding, FindingSite } from '../../report/finding.ts';
import type { FindingGroup } from '../../report/report.ts';
import type { Attribution } from './attribution.ts';
import { findingId } from './findingId.ts';
import { sumOfTimes } from '../../report/figures/sumOfTimes.ts';

interface Entry {
  readonly cause: Cause;
  site: CallSite | null;
  /** Where the site is in the file as it is now; null without a site. */
  current: CurrentRange | null;
  readonly times: number[];
  readonly threads: Set<string>;
  readonly groups: Set<FindingGroup>;
}

/** Where a part of a block comes from. */
export interface BlockOrigin {
  readonly thread: string;
  readonly group: FindingGroup;
}

/** Sums up the parts of all blocks per call site and cause. */
export class FindingTable {
  readonly #entries = new Map<string, Entry>();
  readonly #pathOf: (site: CallSite) => string;

  constructor(pathOf: (site: CallSite) => string) {
    this.#pathOf = pathOf;
  }

  /** Counts one part of one block, in the texts of its thread; answers with the id of its finding. */
  add(part: Attribution, { thread, group }: BlockOrigin, sources: ScriptSources): string {
    const { site, cause } = part;
    const id = findingId(site === null ? '' : this.#pathOf(site), site, cause);
    const entry = this.#entries.get(id) ?? {
      cause,
      site,
      current: site === null ? null : sources.current(site.path, site.range),
      times: [],
      threads: new Set(),
      groups: new Set(),
    };
    // Of several processes, each with the source as it was when it started, the one that runs what is there says where.
    if (entry.current?.stale === true && site !== null) {
      const current = sources.current(site.path, site.range);
      if (!current.stale) [entry.site, entry.current] = [site, current];
    }
    // Code that ran in the same block as a lack of CPU is a finding of the running program.
    entry.groups.add(group === 'startup' ? group : cause === 'starved' ? 'starved' : 'block');
    entry.times.push(microsToMillis(part.duration));
    entry.threads.add(thread);
    this.#entries.set(id, entry);
    return id;
  }

  /** Enters a call that was found in the source but never measured: it counts no block. */
  addUnmeasured(site: CallSite, cause: Cause): void {
    const id = findingId(this.#pathOf(site), site, cause);
    if (this.#entries.has(id)) return;
    const current = { range: site.range, stale: false };
    this.#entries.set(id, { cause, site, current, times: [], threads: new Set(), groups: new Set() });
  }

  /** All findings, most blocked time first. */
  findings(): readonly Finding[] {
    const findings = [...this.#entries].map(([id, entry]) => this.#finding(id, entry));
    return findings.sort((a, b) => b.totalMs - a.totalMs);
  }

  #finding(id: string, { cause, site, current, times, threads, groups }: Entry): Finding {
    return {
      id,
      cause,
      callSite: site === null ? null : this.#callSite(site, current?.range ?? site.range),
      ...sumOfTimes(times),
      threads: [...threads],
      stale: current?.stale === true,
      ...(groups.size === 0 ? {} : { group: (groups.size === 1 ? [...groups][0] : undefined) ?? 'block' }),
      remedies: [],
    };
  }

  #callSite(site: CallSite, range: Range): FindingSite {
    const { place, via, awaited, package: ofPackage } = site;
    return {
      file: this.#pathOf(site),
      function: site.functionTitle,
      callee: site.callee,
      range,
      precision: site.precision,
      origin: site.origin,
      ...(ofPackage === undefined ? {} : { package: ofPackage }),
      ...(awaited === true ? { awaited } : {}),
      ...(place === undefined ? {} : { place }),
      ...(via === undefined
        ? {}
        : { via: via.map(({ path, ...call }) => ({ ...call, file: this.#pathOf({ ...site, path }) })) }),
      text: null,
    };
  }
}
