import { describe, expect, it } from 'vitest';
import { planFix } from '../../../src/remedies/planRemedies.ts';
import { extract } from './extractSupport.ts';

describe('an imported function', () => {
  const statistics =
    'export function smooth(orders, reach) {\n  return orders.map(({ cents }) => cents * reach);\n}\n';

  it('gets a worker module beside its own', () => {
    const before = `import { smooth } from './reports/statistics.js';

export async function sales(orders) {
  return «smooth(orders, 14).join();
}
`;
    expect(extract(before, { '/p/reports/statistics.js': statistics })).toEqual({
      '/p/app.js': `import { smooth } from './reports/statistics.worker.js';
import { toThread } from '@offloop/executor';

export async function sales(orders) {
  return (await toThread(smooth, orders, 14)).join();
}
`,
      '/p/reports/statistics.js': statistics,
      '/p/reports/statistics.worker.js': `import { task } from '@offloop/executor';
import * as statistics from './statistics.js';

/** Runs on a worker thread by \`await toThread(smooth, …)\`. */
export const smooth = task(import.meta.url, 'statistics.worker#smooth', statistics.smooth);
`,
    });
  });

  it('joins the worker module that is there, and uses the task it has', () => {
    const worker = `import { task } from '@offloop/executor';
import * as lib from './lib.js';

export const one = task(import.meta.url, 'lib.worker#one', lib.one);
`;
    const lib = 'export const one = (x) => x + 1;\nexport const two = (x) => one(x) * 2;\n';
    const files = { '/p/lib.js': lib, '/p/lib.worker.js': worker };
    const first = extract(
      `import { one } from './lib.js';\nexport const run = async (x) => «one(x);\n`,
      files,
    );
    expect(first).toMatchObject({ '/p/lib.worker.js': worker });
    const second = extract(
      `import { two } from './lib.js';\nexport const run = async (x) => «two(x);\n`,
      files,
    );
    expect(second).toMatchObject({
      '/p/lib.worker.js': `${worker}
/** Runs on a worker thread by \`await toThread(two, …)\`. */
export const two = task(import.meta.url, 'lib.worker#two', lib.two);
`,
    });
  });

  it('is found through require, defaults and re-exports', () => {
    const lib =
      'function sum(list) {\n  return list.reduce((a, b) => a + b, 0);\n}\nmodule.exports = { sum };\n';
    const after = extract(
      "const { sum } = require('./lib');\nmodule.exports = async (list) => «sum(list);\n",
      { '/p/lib.js': lib },
      'app.js',
      false,
    );
    expect(after).toMatchObject({
      '/p/app.js':
        "const { sum } = require('./lib.worker');\nconst { toThread } = require('@offloop/executor');\nmodule.exports = async (list) => await toThread(sum, list);\n",
      '/p/lib.worker.js': `const { task } = require('@offloop/executor');
const lib = require('./lib.js');

/** Runs on a worker thread by \`await toThread(sum, …)\`. */
exports.sum = task(__filename, 'lib.worker#sum', lib.sum);
`,
    });
    const index = "export { smooth as smoothed } from './reports/statistics.js';\n";
    const through = extract(
      "import * as api from './index.js';\nexport const run = async (x) => «api.smoothed(x, 1);\n",
      {
        '/p/index.js': index,
        '/p/reports/statistics.js': statistics,
      },
    );
    expect(through).toMatchObject({
      '/p/index.worker.js': expect.stringContaining('index.smoothed') as string,
    });
  });

  const refusals: readonly (readonly [string, string, string])[] = [
    ['module state', 'let calls = 0;\nexport const f = (x) => x * ++calls;', 'writes-captured-variable'],
    [
      'a cache',
      'const cache = new Map();\nexport const f = (x) => cache.get(x);\nexport const g = (x) => cache.set(x, 1);',
      'writes-captured-variable',
    ],
    ['a changed argument', 'export const f = (x) => x.sort();', 'writes-captured-variable'],
    [
      'a changed element',
      'export function f(x) {\n  for (const each of x) each.seen = true;\n}',
      'writes-captured-variable',
    ],
    [
      'a changed element of a copy',
      'export const f = (x) => {\n  const copy = x.filter(Boolean);\n  copy[0].seen = true;\n  return copy;\n};',
      'writes-captured-variable',
    ],
    ['this', 'export function f(x) {\n  return this.rate * x;\n}', 'depends-on-this'],
    ['arguments', 'export function f() {\n  return arguments.length;\n}', 'depends-on-this'],
    ['the process', 'export const f = (x) => process.memoryUsage().rss * x;', 'side-effect'],
    ['an unknown global', 'export const f = (x) => app.settings[x];', 'side-effect'],
    ['a function as the answer', 'export const f = (x) => () => x;', 'result-cannot-be-cloned'],
    ['an async function', 'export const f = async (x) => x;', 'function-not-importable'],
    ['a class', 'export class f {}', 'function-not-importable'],
  ];
  it.each(refusals)('is refused for %s', (_, lib, code) => {
    const before = "import { f } from './lib.js';\nexport const run = async (x) => «f(x);\n";
    expect(extract(before, { '/p/lib.js': `${lib}\n`, '/p/loud.js': 'start();\n' })).toBe(code);
  });

  it('is refused for a function argument', () => {
    const before = "import { f } from './lib.js';\nexport const run = async (x) => «f(x, () => 1);\n";
    expect(extract(before, { '/p/lib.js': 'export const f = (x, y) => y(x);\n' })).toBe(
      'argument-cannot-be-cloned',
    );
  });

  it('may work on what it made itself', () => {
    const lib = `export function f(x) {
  const made = x.map((each) => ({ ...each }));
  const sums = {};
  const total = x.reduce((sum, each) => { sum[each.id] = each.n; return sum; }, {});
  const sorted = x.filter(Boolean).sort((a, b) => a.n - b.n);
  for (let i = 0; i < 3; i++) sums[i] = total[i];
  return [made.push(1), sorted];
}
`;
    const before = "import { f } from './lib.js';\nexport const run = async (x) => «f(x);\n";
    expect(typeof extract(before, { '/p/lib.js': lib })).toBe('object');
  });
});

describe('a function of the same file', () => {
  it('moves into the worker module with what it needs, and is imported back', () => {
    const before = `import { createServer } from 'node:http';
import { format } from 'node:util';

const weeks = 52;

// Draws one bar.
const bar = (share) => '#'.repeat(share * weeks);

/** The report. */
function render(rows) {
  return rows.map((row) => format('%s', bar(row.share))).join();
}

createServer(async (request, response) => {
  response.end(«render([{ share: weeks }]));
}).listen(0);
`;
    expect(extract(before)).toEqual({
      '/p/app.js': `import { createServer } from 'node:http';
import { weeks, render } from './app.worker.js';
import { toThread } from '@offloop/executor';

createServer(async (request, response) => {
  response.end(await toThread(render, [{ share: weeks }]));
}).listen(0);
`,
      '/p/app.worker.js': `import { task } from '@offloop/executor';
import { format } from 'node:util';

export const weeks = 52;

// Draws one bar.
const bar = (share) => '#'.repeat(share * weeks);

/** The report. */
export function render(rows) {
  return rows.map((row) => format('%s', bar(row.share))).join();
}

task(import.meta.url, 'app.worker#render', render);
`,
    });
  });

  it('stays exported from where it was', () => {
    const before =
      'export function render(rows) {\n  return rows.join();\n}\n\nexport const run = async (rows) => «render(rows);\n';
    expect(extract(before)).toMatchObject({
      '/p/app.js': expect.stringContaining("export { render } from './app.worker.js';") as string,
    });
  });

  it('takes its types along', () => {
    const before = `import type { Row } from './row.js';
export interface Options { readonly wide: boolean }
function render(rows: readonly Row[], options: Options): string {
  return rows.map((row) => (options.wide ? row.name : '')).join();
}
export const run = async (rows: readonly Row[]) => «render(rows, { wide: true });
`;
    const after = extract(
      before,
      { '/p/row.ts': 'export interface Row { readonly name: string }\n' },
      'app.ts',
    );
    expect(after).toMatchObject({
      '/p/app.worker.ts': expect.stringContaining("import type { Options } from './app.js';") as string,
    });
    const own = extract(before.replace('export interface', 'interface'), {}, 'app.ts');
    expect(own).toMatchObject({
      '/p/app.ts': expect.not.stringContaining('interface Options') as string,
      '/p/app.worker.ts': expect.stringContaining('interface Options { readonly wide: boolean }') as string,
    });
    const shared = `${before.replace('export interface', 'interface')}export const wide: Options = { wide: true };\n`;
    expect(extract(shared, {}, 'app.ts')).toMatchObject({
      '/p/app.ts': expect.stringContaining('export interface Options') as string,
      '/p/app.worker.ts': expect.stringContaining("import type { Options } from './app.js';") as string,
    });
  });

  it('is refused when it reads what changes, or is no function of its own', () => {
    expect(
      extract(
        'let rate = 1;\nexport const set = (x) => { rate = x; };\nfunction f(x) { return x * rate; }\nexport const run = async (x) => «f(x);\n',
      ),
    ).toBe('writes-captured-variable');
    expect(
      extract('export const run = async (x) => {\n  const f = (y) => y * x;\n  return «f(x);\n};\n'),
    ).toBe('function-not-importable');
    expect(
      extract("import { EventEmitter } from 'node:events';\nexport const run = async (x) => «x.render();\n"),
    ).toBe('function-not-importable');
  });
});

describe('a method of a value', () => {
  it('becomes a task of what it uses', () => {
    const before = `const byName = (a, b) => a.name.localeCompare(b.name);

export async function search(products, request) {
  const found = products.filter(({ name }) => name.includes(request.query.text));
  return «found.toSorted(byName).slice(0, 20);
}
`;
    const after = extract(before);
    expect(after).toMatchObject({
      '/p/app.worker.js': `import { task } from '@offloop/executor';

const byName = (a, b) => a.name.localeCompare(b.name);

export const toSortedForSearch = task(import.meta.url, 'app.worker#toSortedForSearch', (found) => found.toSorted(byName));
`,
      '/p/app.js': expect.stringContaining(
        'return (await toThread(toSortedForSearch, found)).slice(0, 20);',
      ) as string,
    });
  });

  it('passes the member that is used, not the object around it', () => {
    const before =
      'const pattern = /^(\\w+\\s?)*$/;\nexport const check = async (request) => «pattern.test(request.body.text);\n';
    expect(extract(before)).toMatchObject({
      '/p/app.js': expect.stringContaining('await toThread(testForCheck, request.body.text)') as string,
      '/p/app.worker.js': expect.stringContaining('(text) => pattern.test(text));') as string,
    });
  });

  it('is refused for a regular expression that remembers, and for this', () => {
    expect(extract('const pattern = /a+/g;\nexport const run = async (text) => «pattern.test(text);\n')).toBe(
      'regex-cannot-move',
    );
    expect(extract('class A { async run() { return «this.text.replace(/a+$/, String(this)); } }\n')).toBe(
      'depends-on-this',
    );
  });
});

it('imports the executor under the name that is asked for, in the worker module too', () => {
  const text = 'function twice(n) { return n * 2; }\nexport const run = async (x) => twice(x * 1);\n';
  const path = '/p/app.js';
  const request = {
    path,
    position: { line: 1, column: 32 },
    kind: 'extract',
    executorModule: '#executor',
  } as const;
  const outcome = planFix({ path, text }, request);
  expect(outcome.ok && outcome.value.edits.map((each) => each.text).join('')).toContain("from '#executor'");
  const worker = outcome.ok ? outcome.value.edits.filter((each) => each.path === '/p/app.worker.js') : [];
  expect(worker.map((each) => each.text).join('')).toMatch(/^import \{ task \} from '#executor';/);
});
