import { describe, expect, it } from 'vitest';
import { planFix } from '../../../src/remedies/planRemedies.ts';
import { cjs, esm, inOneFile, projectOf, spread } from './spreadSupport.ts';

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
      /whether lib\.register\(\) would wait/,
    ],
    [
      'it is handed on in an object',
      `import lib from 'lib';\n${load}lib.register({ load });`,
      /passed to lib\.register/,
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
      'it is handed on in an object that is passed on as a whole',
      `import lib from 'lib';\nconst all = { load(p) { return «fs.readFileSync(p); } };\nlib(all);`,
      /all is passed on as a whole/,
    ],
    [
      'all members of its object are gone through',
      'const all = { load: (p) => «fs.readFileSync(p) };\nexport const f = (p) => Object.values(all).map((g) => g(p));',
      /all is passed on as a whole/,
    ],
    [
      'it is called by its name in quotes',
      "class A { load(p) { return «fs.readFileSync(p); } }\nexport const f = (p) => new A().load(p) + new A()['load'](p);",
      /\['load'\] here may be load/,
    ],
    [
      'it is exported, and nobody is seen to import it',
      'export function load(p) { return «fs.readFileSync(p); }',
      /^caller-must-become-async: load is exported, and nothing in this project imports it/,
    ],
    [
      'it is a member of what is exported',
      "export default { fetch() { return «fs.readFileSync('x'); } };",
      /No call of fetch was found in this project/,
    ],
    [
      'it ends the program',
      "process.on('beforeExit', () => { «fs.writeFileSync('x', ''); });",
      /^caller-cannot-become-async/,
    ],
    [
      'the project emits the event itself',
      "e.on('end', () => { «fs.writeFileSync('x', ''); });\nexport const f = () => { e.emit('end'); return fs.existsSync('y'); };",
      /The project emits "end" itself/,
    ],
    [
      'it is a route of a framework that is not known',
      "import app from 'fw';\napp.get('/', (q, r) => { r.end(«fs.readFileSync('x')); });",
      /whether app\.get\(\) would wait/,
    ],
    [
      'it has a declared function type',
      'type Load = (p: string) => Buffer;\nconst load: Load = (p) => «fs.readFileSync(p);',
      /declared function type/,
    ],
  ];
  it.each(table)('when %s', (_, text, reason) => {
    const path = text.includes('(p: string)') ? '/p/a.mts' : '/p/a.mjs';
    expect(inOneFile(`${text}\n`, path)).toMatch(reason);
  });

  it('for Express before 5, whose routes lose the errors of async handlers', () => {
    const file = {
      '/p/a.js': `${cjs}app.get('/', (request, response) => { response.end(«fs.readFileSync('x')); });\n`,
    };
    expect(spread(file, { express: '^4.18.0' })).toMatch(/Express 4/);
    expect(typeof spread(file, { express: '^5.0.0' })).toBe('object');
    expect(typeof spread(file, { fastify: '^5.0.0' })).toBe('object');
  });

  it('when the package itself exports it, also through other files', () => {
    const load = `${esm}export function load(p) { return «fs.readFileSync(p); }\n`;
    const user = "import { load } from './load.js';\nexport const f = async (p) => load(p);\n";
    const files = { '/p/load.js': load, '/p/user.js': user };
    expect(typeof spread(files)).toBe('object');
    expect(spread(files, {}, ['/p/load.js'])).toMatch(/load is exported by the package/);
    const index = (text: string) => ({ ...files, '/p/index.js': text });
    expect(spread(index("export * from './load.js';\n"), {}, ['/p/index.js'])).toMatch(/by the package/);
    expect(spread(index("export { load } from './load.js';\n"), {}, ['/p/index.js'])).toMatch(
      /by the package/,
    );
  });

  it.each(['fs.appendFileSync(path, path)', 'note(fs.readFileSync(path))', 'load(path)'])(
    'when the order of the callbacks of a map may matter: %s',
    (call) => {
      const text = `import { note } from 'lib';\nlet n = 0;\nfunction load(path) { n++; return n + ${call === 'load(path)' ? '«' : ''}fs.readFileSync(path); }\nexport const run = async (paths) => paths.map((path) => ${call.replace('fs.', call === 'load(path)' ? 'fs.' : '«fs.')});\n`;
      expect(inOneFile(text)).toMatch(/^in-sync-callback/);
    },
  );

  it('when a CommonJS file calls it at its top level in the middle', () => {
    expect(inOneFile(`${load}const text = load('x');\n`, '/p/a.cjs')).toMatch(/^top-level-await/);
  });

  it('but needs review where shared state is changed but nothing is lost', () => {
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
    expect(
      outcome.ok && outcome.value.assumptions.map(({ code, range }) => [code, range.start.line]),
    ).toEqual([['state-seen-early', 3]]);
  });
});
