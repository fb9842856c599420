import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { checkEdits, type TypeCheck } from '../../../src/types/checkEdits.ts';

const modules = resolve(import.meta.dirname, '../../../node_modules');
const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

const strict = { compilerOptions: { strict: true, module: 'nodenext', target: 'es2022', types: ['node'] } };

/** A project with these files, the types of Node and the compiler of this repository. */
function projectOf(files: Readonly<Record<string, string>>, hasCompiler = true): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'offloop-types-')));
  folders.push(root);
  mkdirSync(join(root, 'node_modules'));
  symlinkSync(join(modules, '@types'), join(root, 'node_modules/@types'));
  symlinkSync(join(modules, 'undici-types'), join(root, 'node_modules/undici-types'));
  if (hasCompiler) symlinkSync(join(modules, 'typescript'), join(root, 'node_modules/typescript'));
  for (const [name, text] of Object.entries({ 'package.json': '{"type":"module"}', ...files })) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return root;
}

const executor = { name: '@offloop/executor', tarball: null };

/** What the compiler says when files become other texts. */
function check(
  root: string,
  files: Readonly<Record<string, string>>,
  edited: Readonly<Record<string, string>>,
  isTrusted = true,
  signal?: AbortSignal,
): TypeCheck {
  const read = (): undefined => undefined;
  const edits = Object.entries(edited).map(([name, after]) => ({
    path: join(root, name),
    before: files[name] ?? null,
    after,
  }));
  return checkEdits({ isTrusted, read, executor }, edits, signal);
}

const load =
  "import fs from 'node:fs';\nexport function load(): string { return fs.readFileSync('x', 'utf8'); }\n";
const later = load
  .replace('function load(): string', 'async function load(): Promise<string>')
  .replace('fs.readFileSync', 'await fs.promises.readFile');
const use = "import { load } from './load.js';\nexport const size: number = load().length;\n";
const base = { 'tsconfig.json': JSON.stringify(strict), 'src/load.ts': load, 'src/use.ts': use };

describe('edits that a compiler refuses', () => {
  it.each([
    ['an error in the edited file', { 'src/load.ts': load.replace("'utf8'", '1') }, 'load.ts'],
    ['an error in a file that imports it', { 'src/load.ts': later }, 'use.ts'],
    ['a syntax error', { 'src/load.ts': `${load}const = 1;\n` }, 'load.ts'],
    ['an error in a new file', { 'src/new.ts': "export const n: number = 'a';\n" }, 'new.ts'],
    [
      'the same error twice',
      { 'src/use.ts': `${use}export const a: number = load();\nexport const b: number = load();\n` },
      'use.ts',
    ],
  ])('%s is named with its place', (_, edited, file) => {
    for (const isTrusted of [true, false]) {
      const result = check(projectOf(base), base, edited, isTrusted);
      expect(result.outcome).toBe('broken');
      if (result.outcome === 'broken') {
        expect(result.path.endsWith(`/${file}`)).toBe(true);
        expect(result.message).toMatch(/\(TS\d+\)$/);
      }
    }
  });

  it('only counts errors that were not there before', () => {
    const broken = `${use}export const n: number = 'a';\n`;
    const files = { ...base, 'src/use.ts': broken };
    const root = projectOf(files);
    expect(check(root, files, { 'src/load.ts': `// moves nothing\n${load}` }).outcome).toBe('sound');
    expect(check(root, files, { 'src/use.ts': `\n\n${broken}` }).outcome).toBe('sound');
    expect(check(root, files, { 'src/use.ts': `${broken}export const m: number = 'b';\n` }).outcome).toBe(
      'broken',
    );
  });

  it('sees a project of JavaScript that checks its types', () => {
    const files = {
      'jsconfig.json': JSON.stringify({ compilerOptions: { ...strict.compilerOptions, checkJs: true } }),
      'a.js': "/** @returns {string} */\nexport function load() { return 'x'; }\n",
      'b.js': "import { load } from './a.js';\n/** @type {string} */\nexport const text = load();\n",
    };
    const asynchronous = files['a.js']
      .replace('{string}', '{Promise<string>}')
      .replace('function', 'async function');
    const root = projectOf(files);
    expect(check(root, files, { 'a.js': asynchronous }).outcome).toBe('broken');
    expect(
      check(root, files, { 'a.js': asynchronous, 'b.js': files['b.js'].replace('= load', '= await load') })
        .outcome,
    ).toBe('sound');
  });

  it('finds the configuration that a solution refers to', () => {
    const files = {
      ...base,
      'tsconfig.json': JSON.stringify({ files: [], references: [{ path: './tsconfig.app.json' }] }),
      'tsconfig.app.json': JSON.stringify({ ...strict, include: ['src'] }),
    };
    expect(check(projectOf(files), files, { 'src/load.ts': later }).outcome).toBe('broken');
  });
});

describe('edits that nobody can check', () => {
  it.each([
    ['no compiler', base, false, 'src/load.ts'],
    ['no tsconfig.json', { 'src/load.ts': load }, true, 'src/load.ts'],
    [
      'JavaScript whose types nobody checks',
      { ...base, 'src/a.js': 'export const a = 1;\n' },
      true,
      'src/a.js',
    ],
  ] as const)('are said not to be checked: %s', (_, files, hasCompiler, file) => {
    expect(check(projectOf(files, hasCompiler), files, { [file]: `// other\n${load}` }).outcome).toBe(
      'not-checked',
    );
  });

  it('are given up when nobody waits any more', () => {
    expect(check(projectOf(base), base, { 'src/load.ts': later }, true, AbortSignal.abort()).outcome).toBe(
      'not-checked',
    );
  });

  it('run nothing of a project that is not trusted', () => {
    const root = projectOf(base, false);
    const home = join(root, 'node_modules/typescript');
    mkdirSync(home);
    symlinkSync(join(modules, 'typescript/lib'), join(home, 'lib'));
    writeFileSync(join(home, 'package.json'), '{"main":"trap.js"}');
    writeFileSync(join(home, 'trap.js'), 'globalThis.trapped = true;\n');
    expect(check(root, base, { 'src/load.ts': later }, false).outcome).toBe('broken');
    expect('trapped' in globalThis).toBe(false);
    // The trap is none: where the project is trusted, it runs, and the bundled compiler does what it cannot.
    expect(check(root, base, { 'src/load.ts': later }, true).outcome).toBe('broken');
    expect('trapped' in globalThis).toBe(true);
  });
});
