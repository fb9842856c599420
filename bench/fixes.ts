// How often a fix is offered for the *Sync calls of published packages that serve requests or work in servers. All calls
// of a package are listed before the first one is planned, at pinned versions that npm installs into the cache once.
//   npm run bench -- fixes [--only REGEX] [--sites] [--refused CODE]
// --only plans the packages whose names match; --sites prints each call with its outcome, --refused those of one code.
// The last row of the table are calls at which nothing should be offered: start-up code, commands and scripts, exit
// handlers, code that runs in a worker, and the synchronous half of an API that has an asynchronous one, too.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fixPackages, installPackages, projectOfPackage } from './support/fixPackages.ts';
import { printFixTable } from './support/fixTable.ts';
import { describeMachine } from './support/machine.ts';
import { planSites, type PlannedSite } from './support/planSites.ts';
import { syncSitesOf } from './support/syncSites.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    sites: { type: 'boolean', default: false },
    refused: { type: 'string' },
  },
});

console.log(describeMachine());
await installPackages();
const folder = await mkdtemp(join(tmpdir(), 'offloop-fixes-'));
try {
  const names = Object.keys(fixPackages).filter((name) => new RegExp(values.only).test(name));
  const listed = [];
  for (const name of names) {
    const root = await projectOfPackage(name, folder);
    listed.push({ name, root, sites: syncSitesOf(root) });
  }
  const planned: PlannedSite[] = [];
  for (const { name, root, sites } of listed) {
    const own = planSites(name, root, sites);
    planned.push(...own);
    for (const { site, outcome, code, message } of own) {
      if (!values.sites && (values.refused === undefined || code !== values.refused)) continue;
      const place = `${name}/${site.file}:${String(site.line + 1)}:${String(site.column + 1)}`;
      console.log(`${place}  ${site.callee}  ${site.kind}  ${outcome}  ${code}  ${message}`);
    }
  }
  printFixTable(planned);
} finally {
  await rm(folder, { recursive: true, force: true });
}
