import { describe, expect, it } from 'vitest';
import { planFix } from '../../../src/remedies/planRemedies.ts';
import { projectOf, type Files } from './spreadSupport.ts';
import { unmark } from './remediesSupport.ts';

/** The codes of what the asynchronous fix of the marked call assumes; `refused` where there is none. */
function assumed(marked: Files, dependencies: Readonly<Record<string, string>> = {}): string {
  const [path] = Object.entries(marked).find(([, text]) => text.includes('«')) ?? [''];
  const { text, line, column } = unmark(marked[path] ?? '');
  const request = { path, position: { line, column }, kind: 'async', executorModule: 'x' } as const;
  const outcome = planFix({ path, text }, request, projectOf({ ...marked, [path]: text }, dependencies));
  if (!outcome.ok) return `refused: ${outcome.error.code}`;
  return outcome.value.assumptions.map(({ code }) => code).join(' ') || 'proven';
}

const head = "import fs from 'node:fs';\n";
const read = "«fs.readFileSync('x', 'utf8')";
const load = `${head}export function load() {\n  return ${read};\n}\n`;

describe('a callback that is async already changes nothing for the framework', () => {
  /** A handler whose work after the wait others can see. */
  const body = '{ seen.push(load()); return seen.length; }';
  const file = (text: string): Files => ({
    '/p/load.mjs': load,
    '/p/app.mjs': `import { load } from './load.mjs';\nconst seen = [];\n${text}\n`,
  });
  it.each([
    ['fastify', "export async function routes(app) { app.post('/a', async (request) => BODY); }"],
    ['koa', "export const routes = (router) => { router.get('/a', async (ctx) => BODY); };"],
    ['hono', 'export function routes(api) { api.use(async (c, next) => BODY); }'],
    ['express', "export function routes(app) { app.get('/a', async function handler(req, res) BODY); }"],
    ['restify', "import restify from 'restify'; restify.createServer().get('/a', async (req, res) => BODY);"],
    ['hooklib', "import hooks from 'hooklib'; hooks.before(async () => BODY);"],
    [
      'cachelib',
      "import { cached } from 'cachelib'; const text = cached(async () => BODY); console.log(await text());",
    ],
  ])('of %s', (name, text) => {
    const codes = assumed(file(text.replace('BODY', body)), { [name]: '^4.0.0' });
    expect(codes).not.toMatch(/callback-not-awaited|function-handed-on|refused/);
  });

  it.each([
    ['becomes async', "export function routes(app) { app.post('/a', (request) => BODY); }"],
    [
      'is run by a timer of its own',
      'export function start(clock) { clock.setTimeout(async () => BODY, 5); }',
    ],
  ])('but not for one that %s', (_, text) => {
    const codes = assumed(file(text.replace('BODY', body)), { fastify: '^5.0.0' });
    expect(codes).toMatch(/callback-not-awaited/);
  });
});

/** A function that reads the constant on both sides of the wait. */
const reader = (use: string, from: string): string =>
  `${head}${from}\nexport async function f() { const a = ${use}; const t = ${read}; return [a, ${use}, t]; }\n`;

describe('a constant that nobody writes is the same after the wait', () => {
  const config =
    "export const config = { port: Number(process.env.PORT ?? 1), file: process.env.FILE ?? new URL('../x', import.meta.url).pathname, base: new URL('../', import.meta.url), list: ['a'], sub: { n: 1 } };\n";
  const imported = "import { config } from './config.mjs';";
  const others =
    "import { config } from './config.mjs';\nexport const g = () => open(config.port, config.file);\n";
  it.each([
    ['a number', 'config.port'],
    ['an address', "new URL('t.txt', config.base).href"],
    ['a text of the environment', 'config.file'],
    ['a list', "config.list.includes('b')"],
    ['a part of a part', 'config.sub.n'],
  ])('imported: %s', (_, use) => {
    const files = { '/p/a.mjs': reader(use, imported), '/p/config.mjs': config, '/p/o.mjs': others };
    expect(assumed(files)).toBe('proven');
  });

  it.each([
    ['its own export', 'limits.n', 'export const limits = { n: 1 };'],
    ['an exported map', "limits.get('n')", "export const limits = new Map([['n', 1]]);"],
    ['an export by a list', 'limits.n', 'const limits = { n: 1 };\nexport { limits };'],
  ])('%s', (_, use, from) => {
    expect(assumed({ '/p/a.mjs': reader(use, from) })).toBe('proven');
  });

  it('required', () => {
    const text = `const fs = require('fs');\nconst { config } = require('./config.cjs');\nmodule.exports.f = async () => { const a = config.n; const t = ${read}; return [a, config.n, t]; };\n`;
    const made = 'const config = { n: 1 };\nmodule.exports = { config };\n';
    expect(assumed({ '/p/a.cjs': text, '/p/config.cjs': made })).toBe('proven');
  });

  it.each([
    [
      'another file writes a property',
      'config.port',
      "import { config } from './config.mjs';\nexport const g = () => { config.port = 2; };",
    ],
    [
      'another file writes into it by its module',
      'config.port',
      "import * as c from './config.mjs';\nexport const g = () => { c.config.port = 2; };",
    ],
    [
      'another file hands it on',
      'config.port',
      "import { config } from './config.mjs';\nexport const g = () => apply(config);",
    ],
    [
      'another file changes its list',
      "config.list.includes('b')",
      "import { config } from './config.mjs';\nexport const g = (x) => config.list.push(x);",
    ],
    [
      'another file hands its list on',
      "config.list.includes('b')",
      "import { config } from './config.mjs';\nexport const g = () => apply(config.list);",
    ],
    [
      'another file loads it later',
      'config.port',
      "export const g = async () => { (await import('./config.mjs')).config.port = 2; };",
    ],
    ['another file passes it on', 'config.port', "export * from './config.mjs';"],
  ])('not where %s', (_, use, text) => {
    const files = { '/p/a.mjs': reader(use, imported), '/p/config.mjs': config, '/p/o.mjs': text };
    expect(assumed(files)).toMatch(/state-in-call|state-across-wait/);
  });

  it.each([
    ['a getter', 'export const config = { get port() { return next(); } };'],
    ['a value of a function', 'export const config = { port: make() };'],
    ['what a method of its own changes', 'export const config = { port: 1, set(p) { this.port = p; } };'],
    [
      'a list that gets another name',
      'const other = (x) => apply(x);\nexport const config = { port: 1, list: [{}] };\nexport const g = () => { const { list } = config; other(list); };',
    ],
    [
      'a list whose elements are handed on',
      'export const config = { port: 1, list: [{}] };\nexport const g = () => config.list.map((each) => apply(each));',
    ],
    [
      'a list that is gone through',
      'export const config = { port: 1, list: [{}] };\nexport const g = () => { for (const each of config.list) apply(each); };',
    ],
    ['a let', 'export let config = { port: 1 };'],
    ['what a spread brings', 'export const config = { port: 1, ...more };'],
  ])('not %s', (_, made) => {
    const files = { '/p/a.mjs': reader('config.port', imported), '/p/config.mjs': `${made}\n` };
    expect(assumed(files)).toMatch(/state-in-call|state-across-wait/);
  });
});
