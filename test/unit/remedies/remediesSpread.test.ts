import { describe, expect, it } from 'vitest';
import { planFix } from '../../../src/remedies/planRemedies.ts';
import { cjs, esm, inOneFile, projectOf, spread } from './spreadSupport.ts';

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
      '/p/a.mts': `${esm}function load(path: string): Buffer { return «fs.readFileSync(path); }\nexport async function run(): Promise<number> { return load('x').length; }\n`,
    });
    expect(after).toEqual({
      '/p/a.mts': `${esm}async function load(path: string): Promise<Buffer> { return await fs.promises.readFile(path); }\nexport async function run(): Promise<number> { return (await load('x')).length; }\n`,
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
      '/p/c.js': "import { size } from './b.js';\nexport const big = async (path) => size(path) > 9;\n",
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

describe('a method whose name a type of the project has, too', () => {
  const service = (member: string): string | Record<string, string> => {
    const after = spread({
      '/p/types.ts': `export interface User { ${member} }\n`,
      '/p/service.ts': `${esm}export class Passwords { hash(p: string): string { return «fs.readFileSync(p, 'utf8'); } }\n`,
      '/p/app.ts':
        "import { Passwords } from './service.js';\nconst own = new Passwords();\nexport const run = async (p: string) => own.hash(p);\n",
    });
    return typeof after === 'string' ? after : { ...after };
  };

  it.each([
    'hash: string;',
    'hash?: string | null;',
    "hash: 'a' | 'b';",
    'hash: string[];',
    'hash: { text: string };',
    'readonly hash: readonly number[];',
  ])('waits all the same where that cannot be called: %s', (member) => {
    expect(service(member)).toMatchObject({
      '/p/app.ts': expect.stringContaining('await own.hash(p)') as string,
    });
  });

  it.each(['hash(p: string): string;', 'hash: (p: string) => string;', 'hash: { (p: string): string };'])(
    'does not where that can be called: %s',
    (member) => {
      expect(service(member)).toMatch(/contract of User/);
    },
  );
});
