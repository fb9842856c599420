import { describe, expect, it } from 'vitest';
import { extract } from './extractSupport.ts';

const user = "import { f } from './lib.js';\nexport const run = async (n) => «f(Number(n));\n";
const required = "const { f } = require('./lib.js');\nexports.run = async (n) => «f(Number(n));\n";
/** What the module does when it is loaded. */
const loud = 'export const rows = [];\nfor (let i = 0; i < 9; i++) rows.push(i);\n';
const double =
  'export function f(x) {\n  let s = 0;\n  for (let i = 0; i < x; i++) s += i;\n  return s;\n}\n';

/** The files after the fix, by their last name. */
function after(
  lib: string,
  name = 'app.js',
  others: Readonly<Record<string, string>> = {},
): Record<string, string> | string {
  const isCommonJs = !lib.includes('export ');
  const files = extract(isCommonJs ? required : user, { '/p/lib.js': lib, ...others }, name, !isCommonJs);
  if (typeof files === 'string') return files;
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [path.replace('/p/', ''), text]));
}

describe('a pure function moves out of a module that does something when it is loaded', () => {
  it.each([
    ['fills a list', loud + double],
    ['prints', `console.log('hi');\n${double}`],
    ['imports one that prints', `import './loud.js';\n${double}`],
    ['has an arrow function', `${loud}export const f = (x) => {\n  return x * 2;\n};\n`],
    ['exports by a list', `${loud}function f(x) {\n  return x * 2;\n}\nexport { f };\n`],
    [
      'is CommonJS',
      'const rows = [];\nrows.push(1);\nfunction f(x) {\n  return x * 2;\n}\nmodule.exports = { f, rows };\n',
    ],
    ['has a constant for it', `${loud}const by = 2;\nexport const f = (x) => x * by;\n`],
    ['has a helper for it', `${loud}const twice = (x) => x * 2;\nexport const f = (x) => twice(x);\n`],
  ])('that %s', (_, lib) => {
    const files = after(lib, 'app.js', { '/p/loud.js': "console.log('loud');\n" });
    expect(files).toMatchObject({
      'app.js': expect.stringContaining('await toThread(f, Number(n))') as string,
      'lib.worker.js': expect.stringContaining("'lib.worker#f', f)") as string,
      'lib.js': expect.stringContaining('lib.worker.js') as string,
    });
    // The worker module must not load what does something.
    expect((files as Record<string, string>)['lib.worker.js']).not.toMatch(/['"]\.\/(lib|loud)\.js/);
  });

  it('whole', () => {
    expect(after(loud + double)).toEqual({
      'app.js':
        "import { f } from './lib.js';\nimport { toThread } from '@offloop/executor';\nexport const run = async (n) => await toThread(f, Number(n));\n",
      'lib.js': `${loud}export { f } from './lib.worker.js';\n`,
      'lib.worker.js': `import { task } from '@offloop/executor';\n\n${double}\ntask(import.meta.url, 'lib.worker#f', f);\n`,
    });
  });

  it.each([
    ['uses what the module fills', `${loud}export const f = (x) => rows[x];\n`, 'writes-captured-variable'],
    [
      'uses a file that does something',
      "import { g } from './loud.js';\nconsole.log(1);\nexport const f = (x) => g(x);\n",
      'function-not-importable',
    ],
    [
      'has another name outside',
      `${loud}function g(x) {\n  return x * 2;\n}\nexport { g as f };\n`,
      'function-not-importable',
    ],
    ['knows its place', `${loud}export const f = (x) => import.meta.url + x;\n`, 'function-not-importable'],
  ])('not one that %s', (_, lib, code) => {
    const others = { '/p/loud.js': "console.log('loud');\nexport const g = (x) => x;\n" };
    expect(after(lib, 'app.js', others)).toBe(code);
  });
});
