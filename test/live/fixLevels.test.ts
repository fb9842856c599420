import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fixFile } from '../../src/fixes/fix.ts';
import { makeProject, run, someNodes } from './fixProject.ts';

/** Where the call to fix stands. */
const mark = '/*here*/';
const head = "import fs from 'node:fs';\n";
const read = `${mark}fs.readFileSync`;

interface Case {
  readonly name: string;
  /** `proven` keeps the trace; `review` says what would have to hold, which is not the case here. */
  readonly level: 'proven' | 'review';
  readonly code?: string;
  readonly text: string;
}

const both = "console.log(...await Promise.all([f('a'), f('b')]));";

const cases: readonly Case[] = [
  {
    name: 'a chain of callers',
    level: 'proven',
    text: `const l = (p) => ${read}(p, 'utf8').trim(); const g = (p) => l(p).length; async function f(p) { return l(p) + g(p); } console.log(await f('a'));`,
  },
  {
    name: 'a forEach that becomes a loop',
    level: 'proven',
    text: `function all() { const o = []; ['a', 'b'].forEach((p, i) => { if (i > 5) return; o.push(i, ${read}(p, 'utf8')); }); return o; } console.log(all());`,
  },
  {
    name: 'a forEach without an index',
    level: 'proven',
    text: `function all() { let o = ''; for (const q of ['a']) Object.keys({ a: 1, b: q }).forEach((p) => { const t = ${read}(p, 'utf8'); o += t; }); return o; } console.log(all());`,
  },
  {
    name: 'a recursion',
    level: 'proven',
    text: `function walk(n) { return n === 0 ? '' : ${read}('a', 'utf8') + walk(n - 1); } console.log(walk(3));`,
  },
  {
    name: 'a method',
    level: 'proven',
    text: `class A { #p = 'a'; load() { return ${read}(this.#p, 'utf8'); } } const a = new A(); console.log(a.load());`,
  },
  {
    name: 'a sum over helpers',
    level: 'review',
    code: 'state-across-wait',
    text: `let n = 0; const get = () => n; const set = (x) => { n = x; }; async function f(p) { const now = get(); const t = ${read}(p).length; set(now + t); return n; } ${both}`,
  },
  {
    name: 'a map that is added to',
    level: 'review',
    code: 'state-across-wait',
    text: `const m = new Map(); async function f(p) { m.set('k', (m.get('k') ?? 0) + ${read}(p).length); return m.get('k'); } ${both} console.log(m.get('k'));`,
  },
  {
    name: 'what finally takes back',
    level: 'review',
    code: 'state-across-wait',
    text: `const c = { n: 0, max: 0 }; async function f(p) { c.n++; c.max = Math.max(c.max, c.n); try { return ${read}(p).length; } finally { c.n--; } } ${both} console.log(c.max);`,
  },
  {
    name: 'the working folder',
    level: 'review',
    code: 'process-state',
    text: `const home = process.cwd(); async function f(p) { process.chdir('d' + p); try { return ${read}('x', 'utf8'); } catch (e) { return e.code; } finally { process.chdir(home); } } ${both}`,
  },
  {
    name: 'a file under two names',
    level: 'review',
    code: 'file-across-wait',
    text: `const db = 'n'; fs.writeFileSync(db, '0'); async function f() { const path = db; const n = Number(${read}(path, 'utf8')); fs.writeFileSync(db, String(n + 1)); } await Promise.all([f(), f()]); console.log(fs.readFileSync('n', 'utf8'));`,
  },
  {
    name: 'a promise that is dropped',
    level: 'review',
    code: 'result-not-awaited',
    text: `let c; async function init() { c = ${read}('a', 'utf8'); } init(); console.log(c);`,
  },
  {
    name: 'the order of ticks',
    level: 'review',
    code: 'order-of-callbacks',
    text: `let t = 'unset'; process.nextTick(() => { t = ${read}('a', 'utf8'); }); setImmediate(() => console.log(t));`,
  },
  {
    name: 'an own finally',
    level: 'review',
    code: 'callback-not-awaited',
    text: `const own = { finally: (fn) => fn('a') }; console.log(own.finally((p) => ${read}(p, 'utf8')));`,
  },
  {
    name: 'the first error of several',
    level: 'review',
    code: 'order-of-errors',
    text: `const all = (ps) => ps.map((p) => JSON.parse(${read}(p, 'utf8'))); fs.writeFileSync('big', '[' + '1,'.repeat(2e6) + 'x]'); try { all(['big', 'none']); } catch (e) { console.log(e.name, e.code); }`,
  },
];

/** Which of two traces a program gave. */
const traceOf = (node: string, root: string): Promise<string> =>
  run(node, root, 'app.mjs').catch(
    (error: unknown) => `failed: ${String((error as { stdout?: string }).stdout)}`,
  );

test.each(cases)('$level keeps its word: $name', { timeout: 120_000 }, async ({ level, code, text }) => {
  const program = head + text;
  await using project = await makeProject({
    a: 'alpha\n',
    b: 'beta\n',
    'app.mjs': program,
    'package.json': '{ "type": "module" }',
  });
  for (const folder of ['da', 'db']) {
    await mkdir(join(project.root, folder));
    await writeFile(join(project.root, folder, 'x'), folder);
  }
  const [node = process.execPath] = someNodes;
  const before = await traceOf(node, project.root);
  const at = program.indexOf(mark) + mark.length;
  const above = program.slice(0, at).split('\n');
  const { json } = await fixFile({
    root: project.root,
    file: 'app.mjs',
    line: above.length,
    column: (above.at(-1)?.length ?? 0) + 1,
    kind: 'async',
    write: true,
    accept: true,
    executorTarball: null,
    executorModule: '@offloop/executor',
  });
  expect([json.refusal, json.applied]).toEqual([null, true]);
  const codes = json.assumptions.map((each) => each.code);
  const after = await traceOf(node, project.root);
  if (level === 'proven') expect([codes, after]).toEqual([[], before]);
  else expect(codes).toContain(code);
});
