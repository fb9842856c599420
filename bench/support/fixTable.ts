import type { PlannedSite } from './planSites.ts';
import { siteKinds } from './syncSites.ts';

const share = (part: number, whole: number): string =>
  whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`;

const row = (name: string, cells: readonly (string | number)[]): string =>
  `${name.padEnd(32)}${cells.map((cell) => String(cell).padStart(10)).join('')}`;

function cellsOf(sites: readonly PlannedSite[]): readonly (string | number)[] {
  const count = (outcome: PlannedSite['outcome']): number =>
    sites.filter((each) => each.outcome === outcome).length;
  const offered = count('proven') + count('review');
  return [sites.length, count('proven'), count('review'), count('refused'), share(offered, sites.length)];
}

function printCounts(title: string, values: readonly string[]): void {
  const counts = new Map<string, number>();
  for (const each of values) counts.set(each, (counts.get(each) ?? 0) + 1);
  console.log(`\n${title}`);
  for (const [name, count] of [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)))
    console.log(`  ${String(count).padStart(4)}  ${name}`);
}

/** Prints what is offered by the place of the calls, why the rest is refused, and the share of each package. */
export function printFixTable(planned: readonly PlannedSite[]): void {
  const head = ['calls', 'proven', 'review', 'refused', 'offered'];
  console.log(row('\nplace of the call', head));
  for (const kind of siteKinds.filter((each) => each !== 'nothing'))
    console.log(row(kind, cellsOf(planned.filter(({ site }) => site.kind === kind))));
  const meant = planned.filter(({ site }) => site.kind !== 'nothing');
  console.log(row('all of these', cellsOf(meant)));
  const rest = planned.filter(({ site }) => site.kind === 'nothing');
  console.log(row('nothing should be offered', cellsOf(rest)));
  printCounts('refused, by code', refusedCodes(meant));
  printCounts(
    'offered for review, by assumption (one fix may have several)',
    meant.flatMap(({ outcome, message }) => (outcome === 'review' ? [...new Set(message.split(' '))] : [])),
  );
  printCounts(
    'offered, by remedy',
    meant.filter(({ outcome }) => outcome !== 'refused').map(({ code }) => code),
  );
  printCounts(
    'nothing should be offered, and is, by place',
    rest.map(({ site, outcome }) => `${site.why ?? ''}: ${outcome}`),
  );
  console.log(row('\npackage', head));
  for (const name of new Set(meant.map((each) => each.package)))
    console.log(row(name, cellsOf(meant.filter((each) => each.package === name))));
}

const refusedCodes = (sites: readonly PlannedSite[]): readonly string[] =>
  sites.filter(({ outcome }) => outcome === 'refused').map(({ code }) => code);
