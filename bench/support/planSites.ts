import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { buildFix } from '../../src/fixes/buildFix.ts';
import { readProject } from '../../src/sources/fixProject.ts';
import type { SyncSite } from './syncSites.ts';

/** What was offered for a call. */
export interface PlannedSite {
  readonly package: string;
  readonly site: SyncSite;
  readonly outcome: 'proven' | 'review' | 'refused';
  /** The kind of remedy, or the code of the refusal. */
  readonly code: string;
  readonly message: string;
}

/** Plans each call of a package by itself, as the lightbulb and `offloop fix` do. */
export function planSites(name: string, root: string, sites: readonly SyncSite[]): readonly PlannedSite[] {
  const [first] = sites;
  if (first === undefined) return [];
  const project = readProject(root, join(root, first.file));
  return sites.map((site) => {
    const path = join(root, site.file);
    const fix = buildFix({
      source: { path, text: readFileSync(path, 'utf8') },
      project,
      position: { line: site.line, column: site.column },
      callee: site.callee,
      kind: null,
      executorModule: '@offloop/executor',
      executor: null,
      types: { isTrusted: false },
    });
    if (!fix.ok)
      return { package: name, site, outcome: 'refused', code: fix.error.code, message: fix.error.message };
    const { kind, assumptions } = fix.value;
    const outcome = assumptions.length === 0 ? 'proven' : 'review';
    return {
      package: name,
      site,
      outcome,
      code: kind,
      message: assumptions.map(({ code }) => code).join(' '),
    };
  });
}
