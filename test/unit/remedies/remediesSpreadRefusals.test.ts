import { describe, expect, it } from 'vitest';
import { planFix } from '../../../src/remedies/planRemedies.ts';
import { assumedBy, cjs, esm, inOneFile, projectOf, spread } from './spreadSupport.ts';

const load = 'function load(p) { return «fs.readFileSync(p); }\n';

describe('the fix needs review', () => {
  const table: readonly (readonly [string, string, string])[] = [
    ['it is bound', `${load}export const f = load.bind(null, 'x');`, 'function-handed-on 2'],
    [
      'it is handed to something unknown',
      `import lib from 'lib';\n${load}lib.register(load);`,
      'callback-not-awaited 3',
    ],
    [
      'it is handed on in an object',
      `import lib from 'lib';\n${load}lib.register({ load });`,
      'function-handed-on 3',
    ],
    [
      'its class extends something',
      'import B from "b";\nclass A extends B { load(p) { return «fs.readFileSync(p); } }',
      'override-not-seen 2',
    ],
    [
      'somebody calls a method of that name on something unknown',
      'class A { load(p) { return «fs.readFileSync(p); } }\nexport const f = (x) => x.load(1);',
      'caller-not-seen 2',
    ],
    [
      'somebody takes a method of that name out of something unknown',
      'const o = { load(p) { return «fs.readFileSync(p); } };\nexport const f = ({ load }) => load(1);',
      'caller-not-seen 2',
    ],
    [
      'it is called by a computed name',
      'const o = { load: (p) => «fs.readFileSync(p) };\nexport const f = (n) => o[n](1);',
      'caller-not-seen 2',
    ],
    [
      'it is handed on in an object that is passed on as a whole',
      `import lib from 'lib';\nconst all = { load(p) { return «fs.readFileSync(p); } };\nlib(all);`,
      'function-handed-on 3',
    ],
    [
      'all members of its object are gone through',
      'const all = { load: (p) => «fs.readFileSync(p) };\nexport const f = (p) => Object.values(all).map((g) => g(p));',
      'function-handed-on 2',
    ],
    [
      'it is called by its name in quotes',
      "class A { load(p) { return «fs.readFileSync(p); } }\nexport const f = (p) => new A().load(p) + new A()['load'](p);",
      'caller-not-seen 2',
    ],
    [
      'it is exported, and nobody is seen to import it',
      'export function load(p) { return «fs.readFileSync(p); }',
      'caller-not-seen 1',
    ],
    [
      'it is a member of what is exported',
      "export default { fetch() { return «fs.readFileSync('x'); } };",
      'caller-not-seen 1',
    ],
    [
      'the project emits the event itself',
      "e.on('end', () => { «fs.writeFileSync('x', ''); });\nexport const f = () => { e.emit('end'); return fs.existsSync('y'); };",
      'order-of-callbacks 2',
    ],
    [
      'it is a route of a framework that is not known',
      "import app from 'fw';\napp.get('/', (q, r) => { r.end(«fs.readFileSync('x')); });",
      'callback-not-awaited 2',
    ],
  ];
  it.each(table)('when %s', (_, text, assumption) => {
    expect(assumedBy({ '/p/a.mjs': `${esm}${text}\n` })).toContain(assumption);
  });
});

describe('the whole is refused', () => {
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
      'a caller is toString',
      `${load}class A { toString() { return load('x'); } }`,
      /toString is called by the language/,
    ],
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
      'it ends the program',
      "process.on('beforeExit', () => { «fs.writeFileSync('x', ''); });",
      /^caller-cannot-become-async/,
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

  it.each([
    '({ query }, response) => { response.end(«fs.readFileSync(query)); }',
    '(...all) => { all[1].end(«fs.readFileSync("x")); }',
    'function (request, response) { arguments[1].end(«fs.readFileSync("x")); }',
    '(request, response) => { const next = «fs.readFileSync("x"); response.end(next); }',
    '(request, response, { go }) => { go(«fs.readFileSync("x")); }',
    '(request, response, next) => { var next = «fs.readFileSync("x"); response.end(next); }',
  ])('for Express before 5, where the handler cannot call next(): %s', (handler) => {
    const file = { '/p/a.js': `${cjs}app.get('/', ${handler});\n` };
    expect(spread(file, { express: '^4.18.0' })).toMatch(/Express 4/);
    expect(typeof spread(file, { express: '^5.0.0' })).toBe('object');
    expect(typeof spread(file, { fastify: '^5.0.0' })).toBe('object');
  });

  it.each([
    '(...all) => all[0](«fs.readFileSync("x"))',
    '([resolve]) => resolve(«fs.readFileSync("x"))',
    'function (resolve) { arguments[0](«fs.readFileSync("x")); }',
    '(resolve) => { const reject = «fs.readFileSync("x"); resolve(reject); }',
    '(resolve, reject) => { var reject = «fs.readFileSync("x"); resolve(reject); }',
  ])('for the executor of a promise that cannot reject: %s', (executor) => {
    expect(inOneFile(`export const f = () => new Promise(${executor});\n`)).toMatch(/new Promise/);
  });

  it.each([
    'list.sort((a, b) => «fs.statSync(a).size - b)',
    'list.toSorted((a, b) => «fs.statSync(a).size - b)',
    'text.replace(/a/, (a) => «fs.readFileSync(a, "utf8"))',
    'read().filter((a) => { if («fs.existsSync(a)) return true; })',
    'read().filter(({ a }) => «fs.existsSync(a))',
    'read().find((a) => «fs.existsSync(a))',
    'list?.some((a) => «fs.existsSync(a))',
    'list.reduce((sum, a) => sum + «fs.statSync(a).size, 0)',
    'list.forEach(function (a) { return arguments[0] + «fs.existsSync(a); })',
    'list.reduceRight((sum, a) => { return sum + «fs.statSync(a).size; }, 0)',
    'list.some((a) => { seen.push(a); return «fs.existsSync(a); })',
    'list.every((a) => note(«fs.existsSync(a)))',
    '_.filter(list, (a) => «fs.existsSync(a))',
    '_.each(list, (a) => «fs.existsSync(a))',
    'sortBy(list, (a) => «fs.statSync(a).size)',
    'JSON.parse(text, (key, a) => «fs.existsSync(a))',
  ])('for a callback whose answer is used at once in a way that cannot wait: %s', (call) => {
    const text = `import { note, read } from 'lib';\nimport _, { sortBy } from 'lodash';\nconst seen = [];\nexport const f = async (list, text) => ${call};\n`;
    expect(inOneFile(text)).toMatch(/^(in-sync-callback|caller-cannot-become-async)/);
  });

  it.each([
    'function loadSync(p) { return «fs.readFileSync(p); }\nexport const f = async (p) => loadSync(p);',
    'const loadSync = (p) => «fs.readFileSync(p);\nexport const f = async (p) => loadSync(p);',
    'class A { loadSync(p) { return «fs.readFileSync(p); } }\nexport const f = async (p) => new A().loadSync(p);',
    'const a = { loadSync: (p) => «fs.readFileSync(p) };\nexport const f = async (p) => a.loadSync(p);',
    'const a = {};\na.loadSync = function (p) { return «fs.readFileSync(p); };\nexport const f = async (p) => a.loadSync(p);',
  ])('for the synchronous half of an API: %s', (text) => {
    expect(inOneFile(`${text}\n`)).toMatch(/^caller-cannot-become-async: loadSync says in its name/);
  });

  it.each(['_write(c, e, done)', '_transform(c, e, done)', '_read(n)', '_flush(done)', '_final(done)'])(
    'for a method that a stream calls: %s',
    (head) => {
      const text = `import { Duplex } from 'node:stream';\nexport class A extends Duplex { ${head} { «fs.writeFileSync('x', ''); } }\n`;
      expect(inOneFile(text)).toMatch(/contract of a stream/);
    },
  );

  it('but needs review when the package itself exports it, also through other files', () => {
    const load = `${esm}export function load(p) { return «fs.readFileSync(p); }\n`;
    const user = "import { load } from './load.js';\nexport const f = async (p) => load(p);\n";
    const files = { '/p/load.js': load, '/p/user.js': user };
    expect(assumedBy(files)).toBe('proven');
    expect(assumedBy(files, {}, ['/p/load.js'])).toBe('caller-not-seen 1');
    const index = (text: string) => ({ ...files, '/p/index.js': text });
    expect(assumedBy(index("export * from './load.js';\n"), {}, ['/p/index.js'])).toBe('caller-not-seen 1');
    expect(assumedBy(index("export { load } from './load.js';\n"), {}, ['/p/index.js'])).toBe(
      'caller-not-seen 1',
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

describe('a function that is async already and waits once more needs review', () => {
  it.each([
    ['as the callback of a forEach', 'list.forEach(async (f) => { seen.push(«fs.readFileSync(f)); });'],
    [
      'as the callback of a forEach without braces',
      'list.forEach(async (f) => seen.push(«fs.readFileSync(f)));',
    ],
    ['by its name', 'const read = async (f) => { seen.push(«fs.readFileSync(f)); };\nlist.forEach(read);'],
    ['in a filter', 'list.filter(async (f) => seen.push(«fs.readFileSync(f)));'],
    ['in a some', 'list.some(async (f) => seen.push(«fs.readFileSync(f)));'],
    ['as an executor', 'new Promise(async (done) => { seen.push(«fs.readFileSync("x")); done(); });'],
    ['as a callback of something unknown', 'list.go(async (f) => { seen.push(«fs.readFileSync(f)); });'],
  ])('%s', (_, call) => {
    const text = `${esm}const seen = [];\nexport function run(list) {\n  ${call}\n  return seen.length;\n}\n`;
    expect(assumedBy({ '/p/a.mjs': text })).not.toBe('proven');
  });
});
