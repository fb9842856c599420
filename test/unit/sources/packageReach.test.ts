import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { planFix } from '../../../src/remedies/planRemedies.ts';
import { readProject } from '../../../src/sources/fixProject.ts';

const helper =
  "import { readFileSync } from 'node:fs';\nexport function archive(p) {\n  return readFileSync(p);\n}\n";
const main =
  "import { archive } from './lib.js';\nexport const serve = async (p) => (await 1, archive(p)).length;\n";
const manifest = (name: string, dependencies: Readonly<Record<string, string>> = {}): string =>
  JSON.stringify({ name, type: 'module', dependencies });

/** A repository with the package that is fixed, `packages/own`, and other files. */
const own = {
  'package.json': JSON.stringify({ name: 'repo', private: true, workspaces: ['packages/*'] }),
  'packages/own/package.json': manifest('@acme/own'),
  'packages/own/lib.js': helper,
  'packages/own/main.js': main,
};

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'reach-'));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

/** The places where `archive` may have callers that were not found, when the project is read from `from`. */
function unseen(files: Readonly<Record<string, string>>, from: string): readonly string[] {
  for (const [path, text] of Object.entries({ ...own, ...files })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const path = join(root, 'packages/own/lib.js');
  const request = { path, position: { line: 2, column: 9 }, kind: 'async', executorModule: 'x' } as const;
  const outcome = planFix({ path, text: helper }, request, readProject(join(root, from), path));
  if (!outcome.ok) return [outcome.error.message];
  return outcome.value.assumptions
    .filter(({ code }) => code === 'caller-not-seen')
    .map(({ path: at }) => at.slice(root.length + 1));
}

describe.each([['the package'], ['the repository']])('read from the folder of %s', (which) => {
  const from = which === 'the package' ? 'packages/own' : '.';
  it.each([
    ['a report', { 'before.json': '{"function": "archive"}' }],
    ['a report in the package', { 'packages/own/report.json': '{"function": "archive"}' }],
    ['a lock file', { 'pnpm-lock.yaml': 'packages:\n  archive: 1\n' }],
    ['a source map', { 'packages/own/lib.js.map': '{"names": ["archive"]}' }],
    [
      'a package that does not import this one',
      {
        'packages/other/package.json': manifest('other', { tar: '1' }),
        'packages/other/a.js': "import { archive } from 'tar';\narchive(1); handlers[x]('archive');\n",
        'packages/other/b.sh': 'archive now\n',
      },
    ],
  ])('%s has no callers', (_, files: Readonly<Record<string, string>>) => {
    expect(unseen(files, from)).toEqual([]);
  });

  it.each([
    ['of a package that depends on this one', manifest('other', { '@acme/own': '*' }), 'archive now\n'],
    ['that names the package', manifest('other'), 'node -e "import(\'@acme/own\')"; archive\n'],
    ['that names its folder', manifest('other'), 'cat packages/own/lib.js; archive\n'],
    ['with a path into the package', manifest('other'), "require('../own/lib'); archive()\n"],
    ['with an alias', manifest('other'), "require('~own'); archive()\n"],
  ])('a script %s may call it', (_, content, text) => {
    const files = { 'packages/other/package.json': content, 'packages/other/b.sh': text };
    expect(unseen(files, from)).toEqual(['packages/other/b.sh']);
  });

  it('a script of a package that depends on it through another may call it', () => {
    const files = {
      'packages/middle/package.json': manifest('middle', { '@acme/own': '*' }),
      'packages/middle/m.sh': '#\n',
      'packages/other/package.json': manifest('other', { middle: '*' }),
      'packages/other/b.sh': 'archive\n',
    };
    expect(unseen(files, from)).toEqual(['packages/other/b.sh']);
  });
});
