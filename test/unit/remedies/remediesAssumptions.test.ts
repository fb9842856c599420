import { describe, expect, it } from 'vitest';
import { planFix } from '../../../src/remedies/planRemedies.ts';
import type { RemedyKind } from '../../../src/report/remedyKind.ts';
import { projectOf, type Files } from './spreadSupport.ts';
import { unmark } from './remediesSupport.ts';

interface Options {
  readonly kind?: RemedyKind;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly others?: Files;
}

/** What the fix of the marked call assumes, as `code@line`; the code of the refusal when there is none. */
function assumed(marked: Files, { kind = 'async', dependencies = {}, others = {} }: Options = {}): string {
  const [path] = Object.entries(marked).find(([, text]) => text.includes('«')) ?? [''];
  const { text, line, column } = unmark(marked[path] ?? '');
  const request = { path, position: { line, column }, kind, executorModule: 'x' } as const;
  const otherTexts = () => Object.entries(others).map(([at, each]) => ({ path: at, text: each }));
  const project = { ...projectOf({ ...marked, [path]: text }, dependencies), otherTexts };
  const outcome = planFix({ path, text }, request, project);
  if (!outcome.ok) return outcome.error.code;
  return outcome.value.assumptions.map(({ code }) => code).join(' ') || 'proven';
}

const inOne = (text: string, options: Options = {}): string =>
  assumed({ '/p/a.mjs': `import fs from 'node:fs';\n${text}` }, options);

const read = "«fs.readFileSync('x', 'utf8')";

describe('what other code could do during the wait needs review', () => {
  it.each([
    [
      'a helper reads before, another writes after',
      `let n = 0; const peek = () => n; const bump = () => { n++; }; export const f = async () => { const id = peek(); ${read}; bump(); return id; };`,
      'state-across-wait',
    ],
    [
      'helpers of helpers',
      `const all = []; const add = (x) => all.push(x); const note = (x) => add(x); export const f = async () => { note(1); ${read}; return all.length; };`,
      'state-across-wait',
    ],
    [
      'an object whose methods hide its state',
      `const store = makeStore(); export const f = async () => { const n = store.get(); const t = ${read}; store.set(n + t.length); };`,
      'state-across-wait',
    ],
    [
      'a map is filled from what it held',
      `const m = new Map(); export const f = async (k) => { m.set(k, (m.get(k) ?? 0) + ${read}.length); };`,
      'state-across-wait',
    ],
    [
      'something is taken back in finally',
      `const c = { n: 0 }; export const f = async () => { c.n++; try { return ${read}; } finally { c.n--; } };`,
      'state-across-wait',
    ],
    [
      'a module of the project holds it',
      `import * as i18n from './i18n.mjs'; export const f = async (l) => { i18n.use(l); const t = ${read}; return i18n.say(t); };`,
      'state-in-call',
    ],
    [
      'the working folder is another one meanwhile',
      `export const f = async (d) => { process.chdir(d); try { return ${read}; } finally { process.chdir('/'); } };`,
      'process-state',
    ],
    [
      'the environment',
      `export const f = async (z) => { process.env.TZ = z; const t = ${read}; return t; };`,
      'process-state',
    ],
    [
      'an object of the caller',
      `export const f = async (acc) => { const n = acc.n; const t = ${read}; acc.n = n + t.length; };`,
      'object-shared',
    ],
    [
      'a local that a callback changes',
      `export const f = async (s) => { let n = 0; s.on('end', () => { n = 1; }); const t = ${read}; return n + t; };`,
      'state-across-wait',
    ],
    [
      'a file under another name',
      `const db = 'n'; export const f = async () => { const path = db; const n = «fs.readFileSync(path); fs.writeFileSync(db, n); };`,
      'file-across-wait',
    ],
  ])('%s', (_, text, code) => {
    expect(inOne(text).split(' ')).toContain(code);
  });

  it.each([
    [
      'only locals',
      `export const f = async (p) => { const a = p.trim(); const t = ${read}; return a + t; };`,
    ],
    [
      'constants',
      `const limit = { n: 3 }; const re = /a/; export const f = async () => { const a = limit.n; const t = ${read}; return t.slice(a, limit.n).replace(re, ''); };`,
    ],
    [
      'the other branch',
      `let n = 0; export const f = async (x) => { if (x) { n = 1; return n; } return ${read}; };`,
    ],
    [
      'files with other names',
      `export const f = async () => { const t = «fs.readFileSync('a.txt'); return t; }; export const g = async () => { fs.writeFileSync('b.txt', ''); };`,
    ],
    [
      'helpers that only compute',
      `const up = (t) => t.toUpperCase(); export const f = async (p) => { const a = up(p); const t = ${read}; return up(t) + a; };`,
    ],
  ])('not %s', (_, text) => {
    expect(inOne(text)).toBe('proven');
  });
});

describe('callers that do not wait at once need review', () => {
  const save = "async function save(t) { «fs.writeFileSync('x', t); }\n";
  it.each([
    ['a dropped promise', `${save}save('a'); console.log(fs.existsSync('x'));`],
    ['a dropped promise in a function', `${save}export const f = () => { void save('a'); return 1; };`],
    ['a reaction that is dropped', `${save}save('a').then(console.log); console.log(1);`],
    ['several at once', `${save}await Promise.all([save('a'), save('b')]);`],
    ['one that is kept for later', `${save}const p = save('a'); console.log(1); await p;`],
  ])('%s', (_, text) => {
    expect(inOne(text).split(' ')).toContain('result-not-awaited');
  });

  it('not where each is awaited and nothing is left behind', () => {
    expect(inOne(`async function load() { return ${read}; }\nconsole.log(await load());`)).toBe('proven');
  });
});

describe('callbacks are trusted by what is called, not by its name', () => {
  const cb = `() => { seen = ${read}; }`;
  it.each([
    [
      'a package that is no test runner',
      `import hooks from 'hooklib'; let seen; hooks.before(${cb});`,
      'callback-not-awaited',
    ],
    [
      'a thenable of its own',
      `let seen; const own = { finally: (f) => f() }; own.finally(${cb});`,
      'callback-not-awaited',
    ],
    [
      'nextTick',
      `let seen; process.nextTick(${cb}); setImmediate(() => console.log(seen));`,
      'order-of-callbacks',
    ],
    ['a timer', `let seen; setTimeout(${cb}, 1);`, 'order-of-callbacks'],
    ['an emitter', `let seen; bus.on('end', ${cb});`, 'order-of-callbacks'],
    ['a signal', `let seen; process.on('SIGTERM', ${cb});`, 'process-ends'],
    [
      'errors that somebody catches',
      `process.on('uncaughtException', () => {}); let seen; setTimeout(${cb}, 1);`,
      'error-escapes',
    ],
  ])('%s', (_, text, code) => {
    expect(inOne(text).split(' ')).toContain(code);
  });

  it('routes need an object of the framework', () => {
    const dependencies = { fastify: '^5.0.0', cachelib: '1' };
    const handler = `() => { return ${read}; }`;
    expect(inOne(`import cache from 'cachelib'; cache.get('/a', ${handler});`, { dependencies })).toBe(
      'callback-not-awaited',
    );
    expect(
      inOne(`import fastify from 'fastify'; const app = fastify(); app.get('/a', ${handler});`, {
        dependencies,
      }),
    ).toBe('proven');
  });

  it('what a function made of the callback gives is awaited', () => {
    const text = `const once = (make) => { let v; return () => (v ??= make()); };\nconst text = once(() => ${read});\nexport const f = async () => text().length;`;
    expect(inOne(`${text}\nexport const g = async () => f();\nconsole.log(await g());`).split(' ')).toContain(
      'callback-not-awaited',
    );
  });
});

const load = "import fs from 'node:fs';\nexport const load = (p) => «fs.readFileSync(p, 'utf8');\n";
const user =
  "import { load } from './load.mjs';\nexport const run = async (p) => load(p);\nconsole.log(await run('x'));\n";

describe('a name that stands where no call was found needs review', () => {
  const files = { '/p/load.mjs': load, '/p/user.mjs': user };
  it.each([
    ['nothing else', {}, {}, 'proven'],
    [
      'a script without an ending',
      {},
      { '/p/bin/cli': "require('../load.mjs').load('x').trim()" },
      'caller-not-seen',
    ],
    ['a hidden folder', {}, { '/p/.config/run.cjs': 'load()' }, 'caller-not-seen'],
    [
      'a page',
      {},
      { '/p/index.html': "<script type=module>import { load } from './load.mjs'</script>" },
      'caller-not-seen',
    ],
    ['only a longer name', {}, { '/p/bin/cli': 'reload(); load_all(); $load()' }, 'proven'],
    [
      'a subpath import',
      { '/p/b.mjs': "import { load } from '#lib/load';\nload('x').trim();\n" },
      {},
      'caller-not-seen',
    ],
    [
      'a package that is installed',
      { '/p/b.mjs': "import { load } from 'js-yaml';\nload('x').trim();\n" },
      {},
      'proven',
    ],
    [
      'an object of unknown make',
      { '/p/b.mjs': 'export const f = (api) => api.load(1).trim();\n' },
      {},
      'caller-not-seen',
    ],
    [
      'a computed import',
      { '/p/b.mjs': 'export const f = (n) => import(`./${n}.mjs`);\n' },
      {},
      'caller-not-seen',
    ],
    [
      'a computed import elsewhere',
      { '/p/b.mjs': 'export const f = (n) => import(`./plugins/${n}.mjs`);\n' },
      {},
      'proven',
    ],
    ['a variable of that name', { '/p/b.mjs': 'export const f = (load) => load + 1;\n' }, {}, 'proven'],
  ] as const)('%s', (_, more, others, expected) => {
    const options = { others, dependencies: { 'js-yaml': '4' } };
    expect(assumed({ ...files, ...more }, options).split(' ')[0]).toBe(expected);
  });
});

describe('the top level', () => {
  const conf = "const fs = require('fs');\nfunction init() { global.x = «fs.readFileSync('x'); }\n";
  it.each([
    [
      'the branch for being required',
      `${conf}if (require.main === module) { console.log(1); } else { init(); }`,
      'top-level-await',
    ],
    [
      'a guard that catches',
      `${conf}if (require.main === module) { try { init(); } catch { process.exitCode = 3; } }`,
      'top-level-await',
    ],
    ['a statement that others follow', `${conf}init();\nconsole.log(global.x);`, 'top-level-await'],
  ])('%s is refused', (_, text, code) => {
    expect(assumed({ '/p/a.cjs': text })).toBe(code);
  });

  it('of a module that others load needs review', () => {
    const setup = "import fs from 'node:fs';\nglobalThis.c = «fs.readFileSync('x');\n";
    const main = "import './setup.mjs';\nimport './use.mjs';\n";
    expect(assumed({ '/p/setup.mjs': setup, '/p/main.mjs': main })).toBe('module-order');
    expect(assumed({ '/p/setup.mjs': setup })).toBe('proven');
  });
});

describe('compressed bytes', () => {
  it.each([
    ['zstdCompressSync', 'bytes-differ'],
    ['zstdDecompressSync', 'proven'],
    ['gzipSync', 'proven'],
    ['brotliCompressSync', 'proven'],
  ])('of %s: %s', (name, expected) => {
    const text = `import zlib from 'node:zlib';\nexport const f = async () => «zlib.${name}(Buffer.from('x'))»;`;
    expect(assumed({ '/p/a.mjs': text.replace('»', '') })).toBe(expected);
  });
});
