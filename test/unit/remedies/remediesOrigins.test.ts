import { describe, expect, it } from 'vitest';
import { around, saidOf, wait } from './stateSupport.ts';

const state = 'const state = { list: [], deep: { n: 0 }, users: new Map() };\n';
/** As a script that nothing imports: there is no export that makes state of an object. */
const script = '/p/a.cjs';
const inScript = (before: string, after: string): string =>
  `async function f() { ${before} const t = ${wait}; ${after} return t; }\nf();`;
const step = (name: string): string => inScript(`const o = ${name};`, `${name} = o + 1;`);

describe('state of the module, the exports and the process is named under any name', () => {
  it.each([
    [
      'a function',
      `function own() {}\nown.n = 0;\n${inScript('const g = own; const o = g.n;', 'g.n = o + 1;')}`,
    ],
    ['a class', `class Own { static n = 0; }\n${inScript('const g = Own; const o = g.n;', 'g.n = o + 1;')}`],
    [
      'a class by its getter',
      `class Own { static n = 0; static get value() { return Own.n; } }\n${inScript('const o = Own.value;', 'Own.n = o + 1;')}`,
    ],
    [
      'an object by its accessors',
      `class Own { held = 0; get n() { return this.held; } set n(x) { this.held = x; } }\nconst own = new Own();\n${inScript('const o = own.n;', 'own.held = o + 1;')}`,
    ],
    [
      'an object by its method',
      `class Own { n = 0; add() { this.n++; } }\nconst own = new Own();\n${inScript('const o = own.n;', 'own.add();')}`,
    ],
    [
      'a class by its method',
      `class Own { static n = 0; static add() { this.n++; } }\n${inScript('const o = Own.n;', 'Own.add();')}`,
    ],
    ['the exports', `module.exports = { n: 0 };\n${step('module.exports.n')}`],
    ['the exports by their short name', `exports.n = 0;\n${step('exports.n')}`],
    [
      'the exports under another name',
      `module.exports = { n: 0 };\n${inScript('const e = module.exports; const o = e.n;', 'e.n = o + 1;')}`,
    ],
    [
      'the exports by this',
      `const self = this;\nthis.n = 0;\n${inScript('const o = self.n;', 'self.n = o + 1;')}`,
    ],
    ['the global object', step('globalThis.n')],
    [
      'the global object under another name',
      inScript('const g = globalThis; const o = g.n;', 'g.n = o + 1;'),
    ],
    ['part of the global object', inScript('const { part } = global; const o = part.n;', 'part.n = o + 1;')],
    ['a variable that no file declares', step('counter')],
    ['a property of a builtin', inScript('const o = Error.limit; Error.limit = 0;', 'Error.limit = o;')],
    ['the environment', inScript('const { env } = process;', "env.X = '1';")],
    ['the environment by a key', inScript('const { env } = process;', "env['X'] = '1';")],
    ['the environment by its own key', inScript('', "process.env['X'] = '1';")],
    ['the process', inScript('const p = process;', 'p.exitCode = 1;')],
    ['the process of the global object', inScript('', "globalThis.process.env.X = '1';")],
    ['the process of the global object by name', inScript('const p = globalThis.process;', "p.env.X = '1';")],
    ['a required environment', `const { env } = require('process');\n${inScript('', "env.X = '1';")}`],
    ['a required process', `const p = require('node:process');\n${inScript('', "p.env.X = '1';")}`],
    ['the folder', inScript('const { chdir } = process;', "chdir('/');")],
    [
      'a bound method',
      state +
        inScript('const add = state.list.push.bind(state.list); const n = state.list.length;', 'add(n);'),
    ],
    [
      'an object behind a proxy',
      state + inScript('const r = new Proxy(state, {}); const o = r.deep.n;', 'r.deep.n = o + 1;'),
    ],
    [
      'an object in a set',
      state +
        inScript(
          'const s = new Set([state.deep]); const o = [...s][0].n;',
          'for (const b of s) b.n = o + 1;',
        ),
    ],
    [
      'an object in an object of a class',
      `class Box { constructor(v) { this.v = v; } }\n${state}${inScript('const b = new Box(state.deep); const o = b.v.n;', 'b.v.n = o + 1;')}`,
    ],
    [
      'what an unknown method gives',
      state + inScript('const u = state.users.getOrInsert(1); const o = u.n;', 'u.n = o + 1;'),
    ],
    ['what an unknown function gives', inScript('const u = current(); const o = u.n;', 'u.n = o + 1;')],
    [
      'what a package gives',
      `const store = require('store');\n${inScript('const u = store.current(); const o = u.n;', 'u.n = o + 1;')}`,
    ],
    [
      'a frozen object that holds others',
      `const fixed = Object.freeze({ inner: { n: 0 } });\n${step('fixed.inner.n')}`,
    ],
    ['one of two objects', `const own = globalThis.kept || { n: 0 };\n${step('own.n')}`],
    [
      'elements by a map',
      `const rows = [{ n: 0 }];\n${inScript('const same = rows.map((r) => r); const o = same[0].n;', 'same[0].n = o + 1;')}`,
    ],
    [
      'memory behind a Buffer',
      `const bytes = new ArrayBuffer(4);\n${inScript('const b = Buffer.from(bytes); const o = b[0];', 'b[0] = o + 1;')}`,
    ],
    [
      'memory behind a view',
      `const bytes = new Uint8Array(4);\n${inScript('const v = new DataView(bytes.buffer); const o = v.getUint8(0);', 'v.setUint8(0, o + 1);')}`,
    ],
    [
      'the default of a pattern',
      state + inScript('const { d = state.deep } = {}; const o = d.n;', 'd.n = o + 1;'),
    ],
    [
      'what a spread gives',
      `const rows = [{ n: 0 }];\nconst first = (...all) => all[0];\n${inScript('const r = first(...rows); const o = r.n;', 'r.n = o + 1;')}`,
    ],
    [
      'what a function is given where it stands',
      state + inScript('const d = ((...all) => all[0])(state.deep); const o = d.n;', 'd.n = o + 1;'),
    ],
    [
      'the parameters of a URL',
      `const url = new URL('http://x/?n=0');\n${inScript('const p = url.searchParams; const o = p.get("n");', 'p.set("n", o + 1);')}`,
    ],
    [
      'two functions that one call gives',
      `const cell = () => { let n = 0; return [() => n, (x) => { n = x; }]; };\nconst [get, set] = cell();\n${inScript('const o = get();', 'set(o + 1);')}`,
    ],
    ['what text is run', `let n = 0;\n${inScript('const o = eval("n");', 'eval(`n = ${o + 1}`);')}`],
    [
      'what handlers of an event do',
      `const bus = require('./bus.cjs');\n${inScript('const o = bus.n;', "bus.emit('set', o + 1);")}`,
    ],
    ['a module that is loaded on the spot', step("require('./store.cjs').n")],
    [
      'a module that is imported on the spot',
      inScript("const s = (await import('./store.cjs')).default; const o = s.n;", 's.n = o + 1;'),
    ],
    [
      'a promised object',
      `const kept = Promise.resolve({ n: 0 });\n${inScript('const k = await kept; const o = k.n;', 'k.n = o + 1;')}`,
    ],
  ])('%s', (_, text) => {
    expect(saidOf(text, script)).toMatch(/^(refused: shared-state|state-|process-state|object-shared)/);
  });

  it.each([
    ['env of node:process', "import { env } from 'node:process';", "env.X = '1';"],
    ['env under another name', "import { env as e } from 'process';", "e.X = '1';"],
    ['the process by its default', "import p from 'node:process';", 'p.exitCode = 1;'],
    ['all of the process', "import * as p from 'node:process';", "p.env.X = '1';"],
    ['a function of the process', "import { chdir } from 'node:process';", "chdir('/');"],
  ])('%s, imported', (_, line, after) => {
    expect(saidOf(`${line}\n${around('', after)}`)).toMatch(/^process-state/);
  });
});

describe('what is certainly the function’s own stays proven', () => {
  it.each([
    ['read, parse, answer', around('', 'const value = JSON.parse(t); value.seen = true; return value;')],
    [
      'lines of a text',
      around(
        'const names = t0.split(","); names.push("a");',
        'names.pop(); console.log(names.map((n) => n.trim()));',
        't0',
      ),
    ],
    [
      'a hash that is compared',
      "import { createHash } from 'node:crypto';\n" +
        around(
          "const h = createHash('md5'); h.update('x');",
          "h.update(t); if (h.digest('hex') === sum) return null;",
          'sum',
        ),
    ],
    [
      'a handler',
      'export const page = async (req, res) => { const id = req.params.id; req.seen = true; const t = ' +
        wait +
        '; res.locals.t = t; res.send(id + t + req.query.q); };',
    ],
    [
      'a handler that reads options',
      "const options = { root: '/srv', ending: '.html' };\nexport const handler = async (ctx) => { const p = options.root; const t = " +
        wait +
        '; ctx.body = t + p + options.ending; };',
    ],
    [
      'constants of builtins',
      around('const a = Math.PI;', 'console.log(a * Math.PI, Number.MAX_SAFE_INTEGER);'),
    ],
    [
      'the environment that is read',
      around('const a = process.env.A;', 'console.log(a, process.env.A, process.argv);'),
    ],
    [
      'an object that it makes',
      'class Page { n = 0; add() { this.n++; } }\n' +
        around('const page = new Page(); page.add();', 'page.add(); return page;'),
    ],
    [
      'rows that it makes',
      around(
        'const rows = names.map((name) => ({ name, n: 0 })); rows[0].n = 1;',
        'rows[0].n += t.length;',
        'names',
      ),
    ],
    [
      'answers of other waits',
      "import { db } from './db.mjs';\n" +
        'export async function f() { const t = ' +
        wait +
        "; const rows = await db.query('q'); rows.push(t); return rows; }",
    ],
    ['bytes of its own', around("const b = Buffer.from('abc'); b[0] = 1;", 'b[1] = 2;')],
    [
      'functions of Node',
      "import path from 'node:path';\n" +
        around(
          "const p = path.join('a', 'b');",
          "const q = path.parse(p); q.name = 'x'; console.log(path.format(q));",
        ),
    ],
  ])('%s', (_, text) => {
    expect(saidOf(text)).toBe('proven');
  });
});

it('what a handler is given belongs to its request', () => {
  const text = `const app = express();\napp.get('/', async (req, res) => { req.seen = true; const t = ${wait}; res.locals.t = req.seen; res.send(t); });`;
  expect(saidOf(text)).not.toMatch(/state|object-shared/);
});
