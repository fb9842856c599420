import { describe, expect, it } from 'vitest';
import { planFix } from '../../../src/remedies/planRemedies.ts';
import { refusalOf, unmark } from './remediesSupport.ts';
import { projectOf, spread } from './spreadSupport.ts';

/** What the fix of the marked call assumes, in a module of its own; the code of the refusal when there is none. */
function assumed(text: string, kind: 'async' | 'thread' = 'async'): readonly string[] {
  const { text: source, line, column } = unmark(`import fs from 'node:fs';\n${text}`);
  const [path, position] = ['/p/app.mjs', { line, column }];
  const request = { path, position, kind, executorModule: '@offloop/executor' };
  const outcome = planFix({ path, text: source }, request, projectOf({ [path]: source }));
  return outcome.ok ? outcome.value.assumptions.map(({ code }) => code) : [outcome.error.code];
}

const read = "«fs.readFileSync('x', 'utf8')";

describe('state that is no variable', () => {
  it.each([
    [
      'on the global object',
      `export const f = async () => { const n = globalThis.n; const t = ${read}; globalThis.n = n + 1; return t; };`,
    ],
    [
      'on the global object, set by the file first',
      `globalThis.n = 0; export const f = async () => { const n = globalThis.n; const t = ${read}; globalThis.n = n + 1; return t; };`,
    ],
    [
      'a static field',
      `class C { static last; static async f(p) { C.last = p; const t = ${read}; return C.last + t; } }`,
    ],
    [
      'a class expression',
      `const C = class { static n = 0; }; export const f = async () => { const n = C.n; const t = ${read}; C.n++; return [n, t]; };`,
    ],
    [
      'a property of a function',
      `function f0() {} export const f = async () => { const n = f0.calls; const t = ${read}; f0.calls = n + 1; return t; };`,
    ],
    [
      'where a pattern has got to',
      `const re = /a/g; export const f = async (s) => { const m = re.exec(s); const t = ${read}; return [m, re.exec(t)]; };`,
    ],
    [
      'where a pattern made at run time has got to',
      `const re = new RegExp('a', 'y'); export const f = async (s) => { const m = re.test(s); const t = ${read}; return [m, re.lastIndex, t]; };`,
    ],
  ])('needs review: %s', (_, text) => {
    expect(assumed(text)).toContain('state-across-wait');
  });

  it.each([
    [
      'a constant of a class',
      `class C { static limit = 3; } export const f = async () => { const a = C.limit; const t = ${read}; return t.slice(a, C.limit); };`,
    ],
    [
      'a pattern that starts at the beginning',
      `const re = /a/i; export const f = async (s) => { const m = re.test(s); const t = ${read}; return m && re.test(t); };`,
    ],
    [
      'a pattern whose place nobody asks for',
      `const re = /a/g; export const f = async (s) => { const m = s.replace(re, ''); const t = ${read}; return m + t.replace(re, ''); };`,
    ],
  ])('does not: %s', (_, text) => {
    expect(assumed(text)).toEqual([]);
  });

  it.each([
    'signal.throwIfAborted()',
    'if (signal.aborted) return null',
    'if (socket.destroyed) return null',
  ])('of an object that says how it is now needs review: %s', (check) => {
    const text = `export const f = async (signal, socket) => { const t = ${read}; ${check}; return t; };`;
    expect(assumed(text)).toEqual(['object-shared']);
  });
});

describe('what a function leaves behind', () => {
  const body = (after: string): string =>
    `import http from 'node:http'; let latest = [];\nexport const s = http.createServer((req, res) => { ${after} });`;
  const open = "req.url === '/open'";
  it.each([
    ['in the other branch', `if (${open}) { latest = [1]; res.end(); } else { res.end(${read}); }`],
    [
      'in another case',
      `switch (req.url) { case '/open': latest = [1]; res.end(); break; default: res.end(${read}); }`,
    ],
    ['before it returns early', `if (${open}) { latest = [1]; return void res.end(); } res.end(${read});`],
    ['before the wait', `latest = [1]; res.end(${read});`],
  ])('is there as soon as before: %s', (_, text) => {
    expect(assumed(body(text))).toEqual([]);
  });

  it.each([
    ['after the wait', `const t = ${read}; latest = [t]; res.end(t);`],
    ['in the next case', `switch (req.url) { case '/a': res.end(${read}); case '/b': latest = [1]; }`],
    ['finally', `try { res.end(${read}); } finally { latest = [1]; }`],
  ])('comes later: %s', (_, text) => {
    expect(assumed(body(text))).toContain('state-seen-early');
  });
});

describe('callers that take the promise for something else', () => {
  it.each(['race', 'any'])('Promise.%s asks which is the first', (method) => {
    const text = `async function f() { return ${read}; }\nconsole.log(await Promise.${method}([f(), Promise.resolve(1)]));`;
    expect(assumed(text)).toContain('result-not-awaited');
  });

  it('a text that is evaluated may call the function', () => {
    const text = `function f() { return ${read}; }\nexport const g = async (s) => [f(), eval(s)];`;
    expect(assumed(text)).toContain('caller-not-seen');
  });
});

describe('types that are made of the function', () => {
  const before = (uses: string): string =>
    `import * as fs from 'node:fs';\nfunction load(p: string) { return «fs.readFileSync(p, 'utf8'); }\n${uses}\nexport async function g() { return load('x'); }\n`;
  it.each([
    ['type L = ReturnType<typeof load>;', 'type L = Awaited<ReturnType<typeof load>>;'],
    ['type L = Awaited<ReturnType<typeof load>>;', 'type L = Awaited<ReturnType<typeof load>>;'],
    ['type L = Parameters<typeof load>;', 'type L = Parameters<typeof load>;'],
  ])('%s → %s', (uses, after) => {
    const files = spread({ '/p/a.mts': before(uses) });
    expect(typeof files === 'string' ? files : files['/p/a.mts']).toContain(`\n${after}\n`);
  });

  it('any other is refused', () => {
    expect(spread({ '/p/a.mts': before('const other: typeof load = () => "";') })).toMatch(
      /^caller-cannot-become-async: The type of load/,
    );
  });

  it('a declared any becomes a promise too', () => {
    const files = spread({ '/p/a.mts': before('').replace('(p: string)', '(p: string): any') });
    expect(typeof files === 'string' ? files : files['/p/a.mts']).toContain('(p: string): Promise<any> {');
  });
});

describe('what does not come back from a worker', () => {
  it.each([
    ["import zlib from 'node:zlib';", '«zlib.gzipSync(a, { info: true })', 'result-cannot-be-cloned'],
    ["import fs from 'node:fs';", '«fs.realpathSync.native(a)', 'function-not-importable'],
  ])('%s %s', (head, call, code) => {
    expect(refusalOf(`${head}\nexport const f = async (a) => ${call};`, 'thread', 'app.mjs')).toBe(code);
  });

  it.each([
    ["«cp.execSync('x')", ['error-is-copied']],
    ["«cp.execFileSync('x', ['a'])", ['error-is-copied']],
    ["«cp.execSync('x', { encoding: 'utf8' })", []],
    ["«cp.execFileSync('x', ['a'], { encoding: 'utf8' })", []],
  ])('the bytes in an error of %s', (call, codes) => {
    const text = `import cp from 'node:child_process';\nexport const f = async () => ${call};`;
    expect(assumed(text, 'thread')).toEqual(codes);
  });
});
