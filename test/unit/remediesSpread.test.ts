import { describe, expect, it } from 'vitest';
import { applyEdits, planFix } from '../../src/analysis/remedies/planRemedies.ts';
import type { ProjectSources } from '../../src/analysis/remedies/projectSources.ts';
import { modelSource } from '../../src/analysis/remedies/sourceModel.ts';
import { unmark } from './remediesSupport.ts';

type Files = Readonly<Record<string, string>>;

function projectOf(files: Files, dependencies: Readonly<Record<string, string>> = {}): ProjectSources {
  return {
    read: (path) => (files[path] === undefined ? undefined : { path, text: files[path] }),
    files: () => Object.keys(files),
    esm: true,
    dependencies,
  };
}

/** Fixes the marked call of one of the files with its async twin; gives the changed files, or `code: message`. */
function spread(marked: Files, dependencies: Readonly<Record<string, string>> = {}): Files | string {
  const [path] = Object.entries(marked).find(([, text]) => text.includes('«')) ?? [''];
  const { text, line, column } = unmark(marked[path] ?? '');
  const files = { ...marked, [path]: text };
  const request = { path, position: { line, column }, kind: 'async', executorModule: 'x' } as const;
  const outcome = planFix({ path, text }, request, projectOf(files, dependencies));
  if (!outcome.ok) return `${outcome.error.code}: ${outcome.error.message}`;
  const after: Record<string, string> = {};
  for (const each of new Set(outcome.value.edits.map((edit) => edit.path))) {
    const own = outcome.value.edits.filter((edit) => edit.path === each);
    after[each] = applyEdits(files[each] ?? '', own);
    expect(modelSource({ path: each, text: after[each] }).syntaxError).toBeNull();
  }
  return after;
}

const esm = "import fs from 'node:fs';\n";
const cjs = "const fs = require('fs');\n";

/** One file: the text after its first line, which imports fs. */
function inOneFile(text: string, path = '/p/a.mjs'): string {
  const head = path.endsWith('.cjs') ? cjs : esm;
  const after = spread({ [path]: head + text });
  return typeof after === 'string' ? after : (after[path] ?? '').slice(head.length);
}

describe('callers in the same file', () => {
  it('become async along the chain, and each call is awaited where its value was used', () => {
    expect(
      inOneFile(`function load(path) {
  return «fs.readFileSync(path, 'utf8');
}
const lines = (path) => load(path).split('\\n');
export default async function first(path) {
  const all = lines(path);
  return all[0] + lines(path).length;
}
`),
    ).toBe(`async function load(path) {
  return await fs.promises.readFile(path, 'utf8');
}
const lines = async (path) => (await load(path)).split('\\n');
export default async function first(path) {
  const all = await lines(path);
  return all[0] + (await lines(path)).length;
}
`);
  });

  it('await methods of classes, private ones and those called on this', () => {
    expect(
      inOneFile(`class Store {
  static #parse(path) { return JSON.parse(«fs.readFileSync(path)); }
  get(path) { return Store.#parse(path); }
  names(path) { return Object.keys(this.get(path)); }
}
export const run = async () => new Store().names('x');
`),
    ).toBe(`class Store {
  static async #parse(path) { return JSON.parse(await fs.promises.readFile(path)); }
  async get(path) { return await Store.#parse(path); }
  async names(path) { return Object.keys(await this.get(path)); }
}
export const run = async () => await new Store().names('x');
`);
  });

  it('stop at a function whose callers already treat its answer as a promise', () => {
    expect(
      inOneFile(`function load(path) {
  const text = «fs.readFileSync(path);
  return Promise.resolve(text);
}
export const run = (path) => load(path).then(String);
`),
    ).toBe(`async function load(path) {
  const text = await fs.promises.readFile(path);
  return Promise.resolve(text);
}
export const run = (path) => load(path).then(String);
`);
  });

  it('may be handlers that nobody waits for', () => {
    expect(
      inOneFile(`createServer((request, response) => {
  response.end(«fs.readFileSync('page'));
}).listen(0);
`),
    ).toContain('createServer(async (request, response) => {');
    expect(inOneFile("setTimeout(function () { «fs.rmSync('x'); }, 5);\n")).toContain(
      'async function () { await',
    );
  });

  it('start all callbacks of a map together when they do not touch each other', () => {
    expect(
      inOneFile('export const run = async (paths) => paths.map((path) => «fs.readFileSync(path)).join();\n'),
    ).toBe(
      'export const run = async (paths) => (await Promise.all(paths.map(async (path) => await fs.promises.readFile(path)))).join();\n',
    );
    expect(
      inOneFile(
        'export const run = async (paths) => { let n = 0; return paths.map((path) => { n++; return «fs.readFileSync(path); }); };\n',
      ),
    ).toMatch(/^in-sync-callback/);
  });

  it('are followed through a parameter of another function', () => {
    expect(
      inOneFile(`const twice = (read, path) => [read(path), read(path)];
const load = (path) => «fs.readFileSync(path);
export const run = async (path) => twice(load, path);
`),
    ).toBe(`const twice = async (read, path) => [await read(path), await read(path)];
const load = async (path) => await fs.promises.readFile(path);
export const run = async (path) => await twice(load, path);
`);
  });

  it('wrap declared results in Promise', () => {
    const after = spread({
      '/p/a.mts': `${esm}export function load(path: string): Buffer { return «fs.readFileSync(path); }\nexport async function run(): Promise<number> { return load('x').length; }\n`,
    });
    expect(after).toEqual({
      '/p/a.mts': `${esm}export async function load(path: string): Promise<Buffer> { return await fs.promises.readFile(path); }\nexport async function run(): Promise<number> { return (await load('x')).length; }\n`,
    });
  });

  it('may end a CommonJS program', () => {
    expect(inOneFile("function main() { console.log(«fs.readFileSync('x')); }\nmain();\n", '/p/a.cjs')).toBe(
      "async function main() { console.log(await fs.promises.readFile('x')); }\nmain();\n",
    );
  });
});

describe('callers in other files', () => {
  it('are found through imports, renamed exports and namespaces', () => {
    const after = spread({
      '/p/load.js': `${esm}export function load(path) {\n  return «fs.readFileSync(path);\n}\n`,
      '/p/index.js': "export { load as read } from './load.js';\n",
      '/p/b.js':
        "import { read as r } from './index.js';\nexport const run = async (path) => r(path).length;\n",
      '/p/c.js':
        "import * as all from './load.js';\nexport async function run(path) {\n  all.load(path);\n}\n",
    });
    expect(after).toMatchObject({
      '/p/b.js':
        "import { read as r } from './index.js';\nexport const run = async (path) => (await r(path)).length;\n",
      '/p/c.js':
        "import * as all from './load.js';\nexport async function run(path) {\n  await all.load(path);\n}\n",
    });
  });

  it('are found through require and module.exports', () => {
    const after = spread({
      '/p/load.js': `${cjs}function load(path) {\n  return «fs.readFileSync(path);\n}\nmodule.exports = { load, other: load };\n`,
      '/p/b.js':
        "const { load } = require('./load');\nconst all = require('./load');\nexports.run = async (path) => [load(path), all.other(path)];\n",
      '/p/c.js': "module.exports = function main(path) { return require('./b').run(path); };\n",
    });
    expect(after).toMatchObject({
      '/p/b.js':
        "const { load } = require('./load');\nconst all = require('./load');\nexports.run = async (path) => [await load(path), await all.other(path)];\n",
    });
  });

  it('are listed with the functions that became async', () => {
    const files = {
      '/p/load.js': `${esm}export function load(path) {\n  return fs.readFileSync(path);\n}\n`,
      '/p/b.js': "import { load } from './load.js';\n\nexport const size = (path) => load(path).length;\n",
    };
    const source = { path: '/p/load.js', text: files['/p/load.js'] };
    const request = {
      path: source.path,
      position: { line: 2, column: null },
      kind: 'async',
      executorModule: 'x',
    } as const;
    const outcome = planFix(source, request, projectOf(files));
    expect(outcome.ok && outcome.value.asyncSpread).toEqual([
      { path: '/p/load.js', function: 'load', line: 1 },
      { path: '/p/b.js', function: 'size', line: 2 },
    ]);
  });
});

describe('the whole is refused', () => {
  const load = 'function load(p) { return «fs.readFileSync(p); }\n';
  const table: readonly (readonly [string, string, RegExp])[] = [
    [
      'a caller is a constructor',
      `${load}class A { constructor(p) { this.text = load(p); } }`,
      /^in-constructor/,
    ],
    ['a caller is a getter', `${load}const a = { get text() { return load('x'); } };`, /^in-accessor/],
    ['a caller is a generator', `${load}function* f(p) { yield load(p); }`, /^in-generator/],
    [
      'a caller is a sort comparator',
      `${load}const f = (l) => l.sort((a, b) => load(a) - load(b));`,
      /^caller-cannot-become-async.*sort/,
    ],
    [
      'a caller is a filter callback',
      `${load}const f = (l) => l.filter((a) => load(a));`,
      /^caller-cannot-become-async.*filter/,
    ],
    [
      'a caller is toString',
      `${load}class A { toString() { return load('x'); } }`,
      /toString is called by the language/,
    ],
    [
      'it is handed to something unknown',
      `import lib from 'lib';\n${load}lib.register(load);`,
      /Whether lib\.register\(\) would wait/,
    ],
    [
      'it is handed on in an object',
      `import lib from 'lib';\n${load}lib.register({ load });`,
      /handed to lib\.register/,
    ],
    ['it is bound', `${load}export const f = load.bind(null, 'x');`, /bind makes another function/],
    [
      'it is a promise executor',
      "export const f = () => new Promise((resolve) => resolve(«fs.readFileSync('x')));",
      /new Promise/,
    ],
    [
      'data events could overtake each other',
      "export const f = (s) => s.on('data', (d) => { «fs.writeFileSync('x', d); });",
      /overtake/,
    ],
    [
      'runs of an interval could overlap',
      "setInterval(() => { «fs.writeFileSync('x', ''); }, 5);",
      /overlap/,
    ],
    [
      'its class extends something',
      'import B from "b";\nclass A extends B { load(p) { return «fs.readFileSync(p); } }',
      /contract of B/,
    ],
    [
      'somebody calls a method of that name on something unknown',
      'class A { load(p) { return «fs.readFileSync(p); } }\nexport const f = (x) => x.load(1);',
      /may be load/,
    ],
    [
      'somebody takes a method of that name out of something unknown',
      'const o = { load(p) { return «fs.readFileSync(p); } };\nexport const f = ({ load }) => load(1);',
      /may be load/,
    ],
    [
      'it is called by a computed name',
      'const o = { load: (p) => «fs.readFileSync(p) };\nexport const f = (n) => o[n](1);',
      /computed name/,
    ],
    [
      'a caller adds to something shared',
      `${load}const o = { n: 0 };\nexport const f = (p) => { o.n += load(p).length; };`,
      /^shared-state-across-await/,
    ],
    [
      'it reads a parameter default',
      `${load}export const f = async (p = load('x')) => p;`,
      /^in-parameter-default/,
    ],
    [
      'it has a declared function type',
      'const load: (p: string) => Buffer = (p) => «fs.readFileSync(p);',
      /declared function type/,
    ],
  ];
  it.each(table)('when %s', (_, text, reason) => {
    const path = text.includes(': (p: string)') ? '/p/a.mts' : '/p/a.mjs';
    expect(inOneFile(`${text}\n`, path)).toMatch(reason);
  });

  it('for Express before 5, whose routes lose the errors of async handlers', () => {
    const file = {
      '/p/a.js': `${cjs}app.get('/', (request, response) => { response.end(«fs.readFileSync('x')); });\n`,
    };
    expect(spread(file, { express: '^4.18.0' })).toMatch(/Express 4/);
    expect(typeof spread(file, { express: '^5.0.0' })).toBe('object');
  });

  it('when a CommonJS file calls it at its top level in the middle', () => {
    expect(inOneFile(`${load}const text = load('x');\n`, '/p/a.cjs')).toMatch(/^top-level-await/);
  });

  it('with a warning instead where shared state is changed but nothing is lost', () => {
    const files = {
      '/p/a.mjs': `${esm}let last;\nfunction load(p) {\n  last = fs.readFileSync(p);\n  return last;\n}\nexport const run = async (p) => load(p);\n`,
    };
    const request = {
      path: '/p/a.mjs',
      position: { line: 3, column: null },
      kind: 'async',
      executorModule: 'x',
    } as const;
    const outcome = planFix({ path: '/p/a.mjs', text: files['/p/a.mjs'] }, request, projectOf(files));
    expect(outcome.ok && outcome.value.warnings.join()).toContain('changes shared state');
  });
});
