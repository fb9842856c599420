import { execFile } from 'node:child_process';
import { mkdir, readFile, readdir, symlink, writeFile } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';
import { beforeAll, describe, expect, it } from 'vitest';
import { fixIn, makeProject, run, someNodes } from './fixProject.ts';
import type { Project } from './fixProject.ts';

/** Whether a Node runs TypeScript as it is written. */
const stripsTypes = async (node: string): Promise<boolean> =>
  (await run(node, '.', '-p', 'process.features.typescript')).trim() === 'strip';

/** The Nodes of this run that strip types; where it has none, those of the release lines that do. */
async function strippingNodes(): Promise<readonly string[]> {
  const { stdout } = (await Promise.all(someNodes.map(stripsTypes))).includes(true)
    ? { stdout: someNodes.join(delimiter) }
    : await promisify(execFile)(process.execPath, ['scripts/nodes.mjs']);
  const found: string[] = [];
  for (const node of stdout.trim().split(delimiter)) if (await stripsTypes(node)) found.push(node);
  return found;
}

/** A project in which the executor is installed. */
async function makeInstalled(files: Readonly<Record<string, string>>): Promise<Project> {
  const project = await makeProject(files);
  await mkdir(join(project.root, 'node_modules/@offloop'), { recursive: true });
  await symlink(resolve('packages/executor'), join(project.root, 'node_modules/@offloop/executor'));
  return project;
}

const esm = '{ "name": "app", "type": "module" }';
const untyped = '{ "name": "app" }';
const unit = 'export const unit: number = 2;\n';
const fib = `function fib(n: number): number {
  return n < 2 ? n : fib(n - 1) + fib(n - 2);
}
async function run(n: number): Promise<number> {
  return fib(n);
}
`;
const program = `${fib}void run(20).then((n) => console.log(n));\n`;
const importing = (specifier: string): string =>
  `import { unit } from '${specifier}';\n${fib}void run(20).then((n) => console.log(n * unit));\n`;
const requiring = (specifier: string): string =>
  importing(specifier).replace(/import (.*) from (.*);/, 'const $1 = require($2);');
const typed = `export interface Row { readonly name: string }
function join(rows: readonly Row[]): string {
  return rows.map((row) => row.name).join();
}
const run = async (rows: readonly Row[]): Promise<string> => join(rows);
console.log(await run([{ name: 'a' }, { name: 'b' }]));
`;
const rewriting = '{ "compilerOptions": { "rewriteRelativeImportExtensions": true } }';
const calling = `import { fib } from './lib.ts';\nconst run = async (n: number) => fib(n);\nconsole.log(await run(20));\n`;

const stripped: readonly (readonly [string, string, Readonly<Record<string, string>>])[] = [
  [
    'imports name .ts files',
    'app.ts',
    { 'app.ts': importing('./unit.ts'), 'unit.ts': unit, 'package.json': esm },
  ],
  [
    'package.json leaves the kind of module open',
    'app.ts',
    { 'app.ts': importing('./unit.ts'), 'unit.ts': unit, 'package.json': untyped },
  ],
  ['there is neither an import nor a tsconfig.json', 'app.ts', { 'app.ts': program, 'package.json': esm }],
  [
    'tsconfig.json extends one that rewrites endings',
    'app.ts',
    {
      'app.ts': program,
      'package.json': esm,
      'base.json': rewriting,
      'tsconfig.json': '{ "extends": "./base.json" } // as written',
    },
  ],
  [
    'a script runs what is only checked',
    'app.ts',
    {
      'app.ts': program,
      'package.json': '{ "type": "module", "scripts": { "start": "node --watch app.ts" } }',
      'tsconfig.json': '{ "compilerOptions": { "noEmit": true } }',
    },
  ],
  ['files are .mts', 'app.mts', { 'app.mts': importing('./unit.mts'), 'unit.mts': unit }],
  [
    'files are .cts',
    'app.cts',
    { 'app.cts': requiring('./unit.cts'), 'unit.cts': 'module.exports = { unit: 2 };\n' },
  ],
  ['the function is in another module', 'app.ts', { 'app.ts': calling, 'lib.ts': `export ${fib}` }],
  ['types come along', 'app.ts', { 'app.ts': typed, 'package.json': esm }],
];

const compiled: readonly (readonly [string, string, Readonly<Record<string, string>>])[] = [
  [
    '.ts',
    'app.ts',
    {
      'app.ts': importing('./unit.js'),
      'unit.ts': unit,
      'package.json': esm,
      'tsconfig.json': '{}',
    },
  ],
  ['.mts', 'app.mts', { 'app.mts': importing('./unit.mjs'), 'unit.mts': unit }],
  ['.cts', 'app.cts', { 'app.cts': importing('./unit.cjs'), 'unit.cts': unit, 'tsconfig.json': '{}' }],
  [
    '.ts of a package of CommonJS',
    'app.ts',
    { 'app.ts': program, 'package.json': untyped, 'tsconfig.json': '{}' },
  ],
];

/** The line of the call that blocks in a program. */
const callLine = (text: string): number =>
  text.split('\n').findIndex((line) => /return fib\(n\);|=> (?:fib|join)\(\w+\);/.test(line)) + 1;

/** Writes the compiled form of every source beside it. */
async function compile({ root }: Project, module: ts.ModuleKind): Promise<void> {
  for (const name of await readdir(root)) {
    if (!/\.[cm]?ts$/.test(name)) continue;
    const kind = name.endsWith('.mts') ? ts.ModuleKind.ESNext : module;
    const options = { module: kind, target: ts.ScriptTarget.ES2022 };
    const { outputText } = ts.transpileModule(await readFile(join(root, name), 'utf8'), {
      compilerOptions: options,
    });
    await writeFile(join(root, name.replace(/ts$/, 'js')), outputText);
  }
}

describe('a function that moved into a worker module of TypeScript', () => {
  let nodes: readonly string[] = [];
  beforeAll(async () => {
    nodes = await strippingNodes();
    expect(nodes).not.toEqual([]);
  });

  it.each(stripped)('is found where Node strips the types and %s', async (_, name, files) => {
    await using project = await makeInstalled(files);
    const before = await Promise.all(nodes.map((node) => run(node, project.root, name)));
    const { json } = await fixIn(project, name, callLine(files[name] ?? ''), 'extract');
    expect(json.refusal).toBeNull();
    expect(json.edits.map(({ file }) => file)).toContainEqual(expect.stringMatching(/\.worker\.[cm]?ts$/));
    for (const [index, node] of nodes.entries())
      expect(await run(node, project.root, name)).toBe(before[index]);
  });

  it.each(compiled)('is found where a compiler made JavaScript of %s', async (_, name, files) => {
    await using project = await makeInstalled(files);
    const isEsm = files['package.json'] === esm;
    const module = isEsm ? ts.ModuleKind.ESNext : ts.ModuleKind.CommonJS;
    const program = name.replace(/ts$/, 'js');
    await compile(project, module);
    const before = await Promise.all(someNodes.map((node) => run(node, project.root, program)));
    const { json } = await fixIn(project, name, callLine(files[name] ?? ''), 'extract');
    expect(json.refusal).toBeNull();
    await compile(project, module);
    for (const [index, node] of someNodes.entries())
      expect(await run(node, project.root, program)).toBe(before[index]);
  });
});
