import { expect, it } from 'vitest';
import { filesThatMayCall } from '../../../src/code/references/filesThatMayCall.ts';
import type { ProjectSources } from '../../../src/code/modules/projectSources.ts';

const reads =
  "const { readFileSync } = require('node:fs');\nfunction load(path) { return readFileSync(path); }\n";

it.each([
  ['a program that only uses Node', `${reads}load('a');`, true],
  [
    'with imports',
    "import { readFileSync } from 'fs';\nconst load = (path) => readFileSync(path);\nload('a');",
    true,
  ],
  ['an export', `export ${reads.split('\n')[1] ?? ''}`, false],
  ['exports of CommonJS', `${reads}exports.load = load;`, false],
  ['its module', `${reads}module.exports = load;`, false],
  ['this at the top', `${reads}this.load = load;`, false],
  ['a global', `${reads}globalThis.load = load;`, false],
  ['a file of the project', `${reads}require('./other.js')(load);`, false],
  ['a package, which may be of the workspace', `${reads}require('lib')(load);`, false],
  ['a module by a computed name', `${reads}require(name)(load);`, false],
  ['an import by a computed name', `${reads}import(name).then(({ use }) => use(load));`, false],
  ['an import later on', `${reads}import('./other.js').then(({ use }) => use(load));`, false],
  ['code from text', `${reads}eval(text);`, false],
])('%s', (_what, text, isAlone) => {
  const project: ProjectSources = {
    read: (path) => ({ path, text: path === '/p/a.js' ? text : 'load();' }),
    files: () => ['/p/a.js', '/p/b.js'],
    esm: false,
    dependencies: {},
  };
  const files = filesThatMayCall(project, '/p/a.js').files?.();
  expect(files).toEqual(isAlone ? ['/p/a.js'] : ['/p/a.js', '/p/b.js']);
});
