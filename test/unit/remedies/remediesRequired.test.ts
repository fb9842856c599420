import { describe, expect, it } from 'vitest';
import { planFix } from '../../../src/remedies/planRemedies.ts';
import { projectOf, type Files } from './spreadSupport.ts';
import { unmark } from './remediesSupport.ts';

/** The code of the refusal of the asynchronous fix of the marked call, with its sentence; else `offered`. */
function outcomeOf(files: Files, others: Files = {}): string {
  const [path, marked] = Object.entries(files).find(([, text]) => text.includes('«')) ?? ['', ''];
  const { text, ...position } = unmark(marked);
  const request = { path, position, kind: 'async', executorModule: 'x' } as const;
  const otherTexts = () => Object.entries(others).map(([at, each]) => ({ path: at, text: each }));
  const outcome = planFix({ path, text }, request, {
    ...projectOf({ ...files, [path]: text }, {}),
    otherTexts,
  });
  return outcome.ok ? 'offered' : `${outcome.error.code}: ${outcome.error.message}`;
}

const config = "import fs from 'node:fs';\nexport const config = «fs.readFileSync('x', 'utf8');\n";
const called =
  "import fs from 'node:fs';\nfunction load() { return «fs.readFileSync('x', 'utf8'); }\nexport const config = load();\n";

describe('a module that is required does not begin to wait at its top level', () => {
  it.each([
    ['by a CommonJS file', { '/p/main.cjs': "const { config } = require('./a.mjs');" }],
    ['in a function', { '/p/main.cjs': "exports.f = () => require('./a.mjs').config;" }],
    ['from another folder', { '/p/bin/main.cjs': "require('../a.mjs');" }],
    [
      'by a required module that imports it',
      { '/p/main.cjs': "require('./b.mjs');", '/p/b.mjs': "import './a.mjs';" },
    ],
    [
      'by one that exports it on',
      { '/p/main.cjs': "require('./b.mjs');", '/p/b.mjs': "export * from './a.mjs';" },
    ],
    [
      'by createRequire',
      {
        '/p/main.mjs':
          "import { createRequire } from 'node:module';\nconst load = createRequire(import.meta.url);\nload('./a.mjs');",
      },
    ],
    ['by an import assignment', { '/p/main.cts': "import a = require('./a.mjs');\na;" }],
  ])('%s', (_, others) => {
    expect(outcomeOf({ '/p/a.mjs': config, ...others })).toMatch(/^top-level-await: .*require\(\)/);
    expect(outcomeOf({ '/p/a.mjs': called, ...others })).toMatch(/^top-level-await: .*require\(\)/);
  });

  it('by a script without an ending', () => {
    expect(
      outcomeOf({ '/p/a.mjs': config }, { '/p/bin/cli': "#!/usr/bin/env node\nrequire('../a.mjs');" }),
    ).toMatch(/^top-level-await: cli /);
  });

  it.each([
    ['it is imported', { '/p/main.mjs': "import './a.mjs';" }],
    ['it is loaded by import()', { '/p/main.cjs': "import('./a.mjs');" }],
    [
      'another file of that name is required',
      { '/p/main.cjs': "require('./lib/a.mjs'); require('./a.cjs');", '/p/lib/a.mjs': '', '/p/a.cjs': '' },
    ],
    [
      'only its types are imported by what is required',
      { '/p/main.cjs': "require('./b.mts');", '/p/b.mts': "import type { config } from './a.mjs';" },
    ],
  ])('but does where %s', (_, others) => {
    expect(outcomeOf({ '/p/a.mjs': config, ...others })).toBe('offered');
  });
});
