import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildFixes } from '../../../src/fixes/buildFix.ts';
import { defaultExecutorModule } from '../../../src/fixes/executorModule.ts';
import { fixFile, type Fix } from '../../../src/fixes/fix.ts';
import { proposeFor, type Proposal } from '../../../src/investigation/investigate.ts';
import { proposeAgain } from '../../../src/investigation/proposeAgain.ts';
import { listedAssumptions } from '../../../src/remedies/remedyOffer.ts';
import type { OfferedKind } from '../../../src/report/remedyKind.ts';
import { fromReport } from '../../../src/report/fromReport.ts';
import type { ReportRemedy } from '../../../src/report/report.ts';
import { relativeTo } from '../../../src/report/relativePath.ts';
import { diskSources } from '../../../src/sources/diskSources.ts';
import { readProject, readProjects } from '../../../src/sources/fixProject.ts';
import { findingOf, reportOf, siteOf } from '../terminal/terminalSupport.ts';

interface Sample {
  readonly name: string;
  readonly text: string;
  /** Of the call, which ends with its line. 1-based. */
  readonly line: number;
  readonly column: number;
  readonly callee: string;
  readonly kind: OfferedKind;
}

const samples: readonly Sample[] = [
  {
    name: 'an asynchronous version that spreads to a caller in another file',
    text: "import { readFileSync } from 'node:fs';\nexport function load(name) {\n  return readFileSync(name, 'utf8');\n}\n",
    ...{ line: 3, column: 10, callee: 'readFileSync', kind: 'async' },
  },
  {
    name: 'a worker thread, which needs the executor',
    text: "import { scryptSync } from 'node:crypto';\nexport async function load(name) {\n  return scryptSync(name, 'salt', 32);\n}\n",
    ...{ line: 3, column: 10, callee: 'scryptSync', kind: 'thread' },
  },
];
const server = `import { createServer } from 'node:http';
import { load } from './load.js';
createServer(async (request, response) => {
  const text = load('index.html');
  response.end(text);
}).listen(0);
`;
/** So many other files that callers were once followed by `fix` alone. */
const others = 1001;

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'offloop-build-'));
  await mkdir(join(root, 'others'));
  await writeFile(join(root, 'package.json'), '{ "name": "app", "type": "module", "private": true }');
  await writeFile(join(root, 'server.js'), server);
  for (let index = 0; index < others; index += 1)
    await writeFile(join(root, 'others', `m${String(index)}.js`), 'export const one = 1;\n');
});

afterEach(() => rm(root, { recursive: true }));

/** The lines that a diff adds and removes in one file. */
const changesIn = (diff: string): readonly string[] =>
  diff.split('\n').filter((line) => /^[+-](?!(\+\+|--) )/.test(line));

/** The same call as `offloop fix`, the report and the editor see it. */
async function seen(
  { text, line, column, callee, kind }: Sample,
  wanted: OfferedKind | null,
): Promise<{
  readonly fixed: Fix;
  readonly remedy: ReportRemedy | undefined;
  readonly exported: ReportRemedy | undefined;
  readonly proposal: Proposal | undefined;
  readonly offered: Pick<ReportRemedy, 'title' | 'assumptions'> | null;
}> {
  const path = join(root, 'load.js');
  await writeFile(path, text);
  const request = { kind: wanted, executorModule: defaultExecutorModule };
  const on = { root, file: 'load.js', line, column, write: false, executorTarball: null };
  const fixed = await fixFile({ ...request, ...on });
  const endColumn = (text.split('\n')[line - 1]?.length ?? 0) - 1;
  const place = { line, column, endLine: line, endColumn };
  const callSite = siteOf({ file: 'load.js', function: 'load', callee, ...place });
  const report = reportOf({ findings: [findingOf({ callSite })] });
  const [sources, projects] = [diskSources(), readProjects(root)];
  const investigation = proposeFor(fromReport(report), sources, root, projects);
  const exported = proposeAgain(
    proposeFor(fromReport(report), sources, root).report,
    sources,
    root,
    projects,
  );
  const [offer] = buildFixes({
    ...{
      source: { path, text },
      project: readProject(root, path),
      types: null,
      executor: { root, tarball: null },
    },
    ...{ ...request, position: { line: line - 1, column: column - 1 }, callee },
  }).filter((each) => each.kind === kind);
  const remedyIn = ({ findings }: typeof report): ReportRemedy | undefined =>
    findings[0]?.remedies.find((each) => each.kind === kind);
  return {
    fixed,
    remedy: remedyIn(investigation.report),
    exported: remedyIn(exported),
    proposal: investigation.proposals.get('f1'),
    offered:
      offer?.outcome.ok === true
        ? {
            title: offer.title,
            assumptions: listedAssumptions(offer.outcome.value.assumptions, (each) => relativeTo(root, each)),
          }
        : null,
  };
}

describe('command line, report and editor give one fix', () => {
  it.each(samples)('$name: the same level', async (sample) => {
    const { fixed, remedy, exported, offered } = await seen(sample, sample.kind);
    const { assumptions } = fixed.json;
    expect(fixed.json.refusal).toBeNull();
    expect(remedy).toMatchObject({ refusal: null, safe: assumptions.length === 0, assumptions });
    expect(exported).toEqual(remedy);
    expect(offered).toEqual({ title: remedy?.title, assumptions });
  });

  it.each(samples)('$name: the same change', async (sample) => {
    const { fixed, proposal } = await seen(sample, null);
    const own = fixed.diff.slice(fixed.diff.indexOf('--- a/load.js')).split(/^--- (?!a\/load\.js)/m)[0] ?? '';
    expect(proposal).toMatchObject({ kind: 'diff' });
    expect(changesIn(proposal?.kind === 'diff' ? proposal.diff : '')).toEqual(changesIn(own));
  });
});

it('The setting of the editor says the name of the executor that everything else takes', async () => {
  const manifest = JSON.parse(await readFile('package.json', 'utf8')) as {
    contributes: { configuration: { properties: Record<string, { default?: unknown }> } };
  };
  const { properties } = manifest.contributes.configuration;
  expect(properties['offloop.executorModule']?.default).toBe(defaultExecutorModule);
});

it.each(['notes.txt', 'data.json', 'page.html'])(
  'a line of %s is no code, however long it is',
  async (file) => {
    await writeFile(join(root, file), `${'word (and more) '.repeat(1000)}\n`);
    const on = { root, file, line: 1, column: null, write: false, executorTarball: null };
    const fix = fixFile({ ...on, kind: null, executorModule: defaultExecutorModule });
    await expect(fix).rejects.toMatchObject({
      code: 'bad-input',
      message: `${join(root, file)} is not a JavaScript or TypeScript file.`,
    });
  },
);
