import { describe, expect, it } from 'vitest';
import type { TypeScriptUse } from '../../../src/code/modules/projectSources.ts';
import { extract, type Files } from './extractSupport.ts';

const fib = `function fib(n: number): number {
  return n < 2 ? n : fib(n - 1) + fib(n - 2);
}
export const run = async (n: number) => «fib(n);
`;
const required = fib.replace('export const run', 'exports.run');
const unit = 'export const unit = 1;\n';
const built: TypeScriptUse = { namesFiles: false, isModuleBySyntax: false };
const asWritten: TypeScriptUse = { namesFiles: true, isModuleBySyntax: true };

/** The specifiers of relative imports and requires in a text. */
const relatives = (text: string | undefined): readonly string[] =>
  [...(text ?? '').matchAll(/'(\.[^']*)'/g)].map(([, specifier = '']) => specifier);

function fixed(marked: string, others: Files, name: string, use: TypeScriptUse): Files {
  const after = extract(marked, others, name, true, use);
  if (typeof after === 'string') throw new Error(`refused: ${after}`);
  return after;
}

describe('the import of a worker module ends', () => {
  const importing = (specifier: string): string => `import { unit } from '${specifier}';\n${fib}`;
  it.each([
    ['as the other imports of the file do, on disk', 'app.ts', importing('./unit.ts'), built, '.ts'],
    ['as the other imports do, compiled', 'app.ts', importing('./unit.js'), asWritten, '.js'],
    ['without one as the other imports do', 'app.ts', importing('./unit'), asWritten, ''],
    ['without one for .tsx as the other imports do', 'app.tsx', importing('./unit'), built, ''],
    ['as the project says where the file imports none', 'app.ts', fib, asWritten, '.ts'],
    ['compiled where nobody tells', 'app.ts', fib, built, '.js'],
    ['on disk for .tsx', 'app.tsx', importing('./unit.ts'), built, '.ts'],
    ['on disk for .mts', 'app.mts', importing('./unit.ts'), built, '.mts'],
    ['compiled for .mts', 'app.mts', fib, built, '.mjs'],
    ['on disk for .cts', 'app.cts', fib, asWritten, '.cts'],
    ['compiled for .cts', 'app.cts', fib, built, '.cjs'],
    ['on disk in a require', 'app.ts', `const { unit } = require('./unit.ts');\n${required}`, built, '.ts'],
    ['compiled in a require', 'app.ts', `const { unit } = require('./unit');\n${required}`, built, ''],
    ['compiled in a require of .cts', 'app.cts', `const fs = require('fs');\n${required}`, built, '.cjs'],
    ['as the file does for JavaScript', 'app.js', fib.replaceAll(': number', ''), asWritten, '.js'],
  ])('%s', (_, name, marked, use, ending) => {
    const after = fixed(marked, { '/p/unit.ts': unit }, name, use);
    expect(relatives(after[`/p/${name}`])).toContain(`./app.worker${ending}`);
  });
});

it('ends in nothing where a compiler or ts-node makes CommonJS', () => {
  const use: TypeScriptUse = { ...built, isCommonJs: true };
  expect(extract(fib, {}, 'app.ts', false, use)).toMatchObject({
    '/p/app.ts': expect.stringContaining("from './app.worker';") as string,
  });
  const marked = fib.replace('export const run = async (n: number) => «fib(n);', '');
  const calling = `import { fib } from './lib';\nexport const run = async (n: number) => «fib(n);\n`;
  const lib = { '/p/lib.ts': `export ${marked}` };
  expect(extract(calling, lib, 'app.ts', false, use)).toMatchObject({
    '/p/lib.worker.ts': expect.stringContaining("import * as lib from './lib';") as string,
  });
});

describe('a worker module', () => {
  const lib = 'export const double = (n: number): number => n * 2;\n';
  const calling = (specifier: string): string =>
    `import { double } from '${specifier}';\nexport const run = async (n: number) => «double(n);\n`;

  it.each([
    ['./lib.ts', '/p/lib.ts', './lib.worker.ts', './lib.ts'],
    ['./lib.js', '/p/lib.ts', './lib.worker.js', './lib.js'],
    ['./lib', '/p/lib.ts', './lib.worker', './lib'],
    ['./lib.mjs', '/p/lib.mts', './lib.worker.mjs', './lib.mjs'],
    ['./lib.tsx', '/p/lib.tsx', './lib.worker.ts', './lib.tsx'],
    ['./lib.js', '/p/lib.tsx', './lib.worker.js', './lib.js'],
    ['./parts', '/p/parts/index.ts', './parts/index.worker', './index'],
    ['./parts/index', '/p/parts/index.ts', './parts/index.worker', './index'],
  ])('of %s (%s) is imported from %s and imports %s', (specifier, path, worker, owner) => {
    const after = fixed(calling(specifier), { [path]: lib }, 'app.ts', built);
    expect(relatives(after['/p/app.ts'])).toEqual([worker]);
    const made = path.replace(/\.([cm]?ts)x?$/, '.worker.$1');
    expect(relatives(after[made])).toEqual([owner]);
  });

  it('is imported as it was where it is one already', () => {
    const after = fixed(calling('./lib.worker'), { '/p/lib.worker.ts': lib }, 'app.ts', built);
    expect(relatives(after['/p/app.ts'])).toEqual(['./lib.worker']);
  });

  it('imports types as nothing but types, so that it does not load the module that it was taken from', () => {
    const marked = `import type { Row } from './row.ts';
export interface Options { readonly wide: boolean }
function render(rows: readonly Row[], options: Options): string {
  return rows.map((row) => (options.wide ? row.name : '')).join();
}
export const run = async (rows: readonly Row[]) => «render(rows, { wide: true });
`;
    const row = { '/p/row.ts': 'export interface Row { readonly name: string }\n' };
    const file = './app.ts';
    const options = `import type { Options } from '${file}';\n`;
    const types = `import type { Row } from './row.ts';\n${options}`;
    const after = fixed(marked, row, 'app.ts', built);
    expect(after['/p/app.worker.ts']).toContain(types);
    const worker =
      "import { task } from '@offloop/executor';\nimport { other } from './row.ts';\n\nother();\n";
    const joined = fixed(marked, { ...row, '/p/app.worker.ts': worker }, 'app.ts', built);
    expect(joined['/p/app.worker.ts']).toContain(options);
    expect(joined['/p/app.worker.ts']).toContain("import type { Row } from './row.ts';\n");
  });

  it.each([
    ['package.json says that it is an ES module', true, built, fib, 'import.meta.url'],
    ['its file can only be one', false, built, `${fib}await run(1);\n`, 'import.meta.url'],
    ['its file can only be one', false, built, `${fib}console.log(import.meta.url);\n`, 'import.meta.url'],
    ['Node runs it as it is written', false, asWritten, fib, 'import.meta.url'],
    ['a compiler makes CommonJS of it', false, built, fib, '__filename'],
  ])('names its place as an ES module or not: where %s', (_, esm, use, marked, here) => {
    expect(extract(marked, {}, 'app.ts', esm, use)).toMatchObject({
      '/p/app.worker.ts': expect.stringContaining(`task(${here}, 'app.worker#fib', fib);`) as string,
    });
  });
});
