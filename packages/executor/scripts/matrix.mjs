// Builds and runs the same small program under every runtime and bundler, on every Node of OFFLOOP_NODES, and prints
// what came out. Exits with 1 when a cell is not as documented.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import ts from 'typescript';

const { values } = parseArgs({
  options: { only: { type: 'string' }, keep: { type: 'boolean', default: false } },
});
const root = fileURLToPath(new URL('..', import.meta.url));
const require = createRequire(import.meta.url);
const binOf = (name, bin) => join(dirname(require.resolve(`${name}/package.json`)), bin);
const nodes = (process.env.OFFLOOP_NODES ?? '').split(':').filter((path) => path !== '');
if (nodes.length === 0) nodes.push(process.execPath);

mkdirSync(join(root, 'out'), { recursive: true });
const work = mkdtempSync(join(root, 'out', 'matrix-'));

/** The program: one task of its own file, one builtin function. */
const sources = {
  app: (specifier) => `
import { pbkdf2Sync } from 'node:crypto';
import { toThread } from '@offloop/executor';
import { sum } from '${specifier}';

const codeOf = (error: unknown): string => String((error as { code?: unknown }).code ?? error);

export async function main(): Promise<string> {
  const own = await toThread(sum, [1, 2, 3]).then(String, codeOf);
  const builtin = await toThread(pbkdf2Sync, 'a', 'b', 1, 4, 'sha1').then((key) => key.toString('hex'), codeOf);
  return JSON.stringify({ own, builtin });
}
`,
  run: `\nvoid main().then((text) => { console.log(text); });\n`,
  worker: (url) => `
import { task } from '@offloop/executor';

enum Sign { plus = 1 }

export const sum = task(${url}, 'sum.worker#sum', (values: readonly number[]): number =>
  values.reduce((total: number, value: number) => total + Sign.plus * value, 0));
`,
};
const answer = { own: '6', builtin: 'b08f749c' };

function project(name, { type = 'module', specifier = './sum.worker.js', url, withEnum = true } = {}) {
  const folder = join(work, name);
  mkdirSync(join(folder, 'src'), { recursive: true });
  const worker = sources.worker(url ?? (type === 'module' ? 'import.meta.url' : '__filename'));
  // Type stripping erases types; an enum is code.
  const erasable = worker.replace(/enum Sign.*\n/, '').replace('Sign.plus * ', '');
  writeFileSync(join(folder, 'src', 'app.ts'), sources.app(specifier) + sources.run);
  writeFileSync(join(folder, 'src', 'sum.worker.ts'), withEnum ? worker : erasable);
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'matrix', private: true, type }));
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: {
        target: 'es2022',
        module: 'node16',
        moduleResolution: 'node16',
        esModuleInterop: true,
        skipLibCheck: true,
        types: ['node'],
        rootDir: '.',
      },
    }),
  );
  return folder;
}

function transpile(folder, module) {
  mkdirSync(join(folder, 'dist'), { recursive: true });
  for (const name of ['app', 'sum.worker']) {
    const text = ts.sys.readFile(join(folder, 'src', `${name}.ts`));
    const { outputText } = ts.transpileModule(text, {
      compilerOptions: { target: ts.ScriptTarget.ES2022, module, esModuleInterop: true },
    });
    writeFileSync(join(folder, 'dist', `${name}.js`), outputText);
  }
}

/** Deployment has no sources: what still points at them must show. */
function dropSources(folder) {
  rmSync(join(folder, 'src'), { recursive: true });
}

async function esbuildCell(name, format, { entries, minify = false }) {
  const folder = project(name, {
    type: format === 'esm' ? 'module' : 'commonjs',
    url: format === 'esm' ? 'import.meta.url' : '__filename',
  });
  await build({
    absWorkingDir: folder,
    entryPoints: entries,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format,
    minify,
    outdir: 'dist',
    logLevel: 'error',
  });
  dropSources(folder);
  return ['dist/app.js'];
}

async function rollupCell(name, entries) {
  const folder = project(name);
  transpile(folder, ts.ModuleKind.ESNext);
  const { rollup } = await import('rollup');
  const bundle = await rollup({
    input: Object.fromEntries(entries.map((entry) => [entry, join(folder, 'dist', `${entry}.js`)])),
    external: (id) => id.startsWith('node:'),
    plugins: [
      {
        name: 'package',
        resolveId: (id) => (id === '@offloop/executor' ? join(root, 'dist', 'index.mjs') : null),
      },
    ],
    logLevel: 'silent',
  });
  await bundle.write({ dir: join(folder, 'bundle'), format: 'es' });
  await bundle.close();
  dropSources(folder);
  rmSync(join(folder, 'dist'), { recursive: true });
  return ['bundle/app.js'];
}

async function webpackCell(name, entries) {
  const folder = project(name, { type: 'commonjs', url: 'import.meta.url' });
  transpile(folder, ts.ModuleKind.ESNext);
  writeFileSync(join(folder, 'dist', 'package.json'), '{"type":"module"}');
  const { default: webpack } = await import('webpack');
  const stats = await new Promise((resolve, reject) => {
    webpack(
      {
        mode: 'production',
        target: 'node20',
        context: folder,
        entry: Object.fromEntries(entries.map((entry) => [entry, `./dist/${entry}.js`])),
        output: { path: join(folder, 'bundle'), filename: '[name].js', library: { type: 'commonjs2' } },
      },
      (error, result) => (error ? reject(error) : resolve(result)),
    );
  });
  if (stats.hasErrors()) throw new Error(stats.toString('errors-only'));
  dropSources(folder);
  rmSync(join(folder, 'dist'), { recursive: true });
  return ['bundle/app.js'];
}

function vitestCell(name, pool) {
  const folder = project(name, { withEnum: true });
  writeFileSync(join(folder, 'src', 'app.ts'), sources.app('./sum.worker.js'));
  writeFileSync(
    join(folder, 'app.test.ts'),
    `import { test } from 'vitest';\nimport { main } from './src/app.ts';\ntest('runs', async () => { console.log(await main()); });\n`,
  );
  writeFileSync(
    join(folder, 'vitest.config.mjs'),
    `export default { test: { include: ['*.test.ts'], root: ${JSON.stringify(folder)}, reporters: ['default'] } };\n`,
  );
  return [
    binOf('vitest', 'vitest.mjs'),
    'run',
    '--config',
    'vitest.config.mjs',
    '--silent=false',
    '--pool',
    pool,
  ];
}

function jestCell(name) {
  const folder = project(name, { type: 'commonjs', specifier: './sum.worker' });
  writeFileSync(join(folder, 'src', 'app.ts'), sources.app('./sum.worker'));
  writeFileSync(
    join(folder, 'app.test.ts'),
    `import { writeSync } from 'node:fs';\nimport { main } from './src/app';\ntest('runs', async () => { writeSync(1, (await main()) + '\\n'); });\n`,
  );
  const options = {
    tsconfig: {
      module: 'commonjs',
      moduleResolution: 'node10',
      ignoreDeprecations: '6.0',
      esModuleInterop: true,
      target: 'es2022',
      isolatedModules: true,
      types: ['node', 'jest'],
    },
    diagnostics: false,
  };
  writeFileSync(
    join(folder, 'jest.config.cjs'),
    `module.exports = { testEnvironment: 'node', transform: { '\\\\.ts$': ['ts-jest', ${JSON.stringify(options)}] }, rootDir: ${JSON.stringify(folder)} };\n`,
  );
  return [binOf('jest', 'bin/jest.js'), '--config', 'jest.config.cjs', '--watchman=false'];
}

const bundledAway = { own: 'ERR_TASK_BUNDLED' };
const notHere = (why) => ({ why });
const major = (version) => Number(version.slice(1).split('.')[0]);

/** name, how to build it (returns the arguments for node), what is expected (default: both answers right). */
const cells = [
  ['tsx, ESM', (name) => (project(name), ['--import', 'tsx', 'src/app.ts'])],
  ['tsx, CommonJS', (name) => (project(name, { type: 'commonjs' }), ['--import', 'tsx', 'src/app.ts'])],
  [
    'ts-node, CommonJS',
    (name) => {
      const folder = project(name, { type: 'commonjs', specifier: './sum.worker' });
      writeFileSync(
        join(folder, 'tsconfig.json'),
        JSON.stringify({
          compilerOptions: {
            target: 'es2022',
            module: 'commonjs',
            moduleResolution: 'node10',
            ignoreDeprecations: '6.0',
            esModuleInterop: true,
            skipLibCheck: true,
            types: ['node'],
            rootDir: '.',
          },
          'ts-node': { transpileOnly: true },
        }),
      );
      return ['-r', 'ts-node/register', 'src/app.ts'];
    },
  ],
  ['ts-node, ES modules', (name) => (project(name), ['--loader', 'ts-node/esm', 'src/app.ts'])],
  [
    'type stripping, .ts specifiers',
    (name) => (project(name, { specifier: './sum.worker.ts', withEnum: false }), ['src/app.ts']),
    (version) => (major(version) < 22 ? notHere('no type stripping in this Node') : {}),
  ],
  ['tsc, ESM', (name) => (transpile(project(name), ts.ModuleKind.ESNext), ['dist/app.js'])],
  [
    'tsc, CommonJS',
    (name) => (transpile(project(name, { type: 'commonjs' }), ts.ModuleKind.CommonJS), ['dist/app.js']),
  ],
  [
    'esbuild, ESM, one file',
    (name) => esbuildCell(name, 'esm', { entries: ['src/app.ts'] }),
    () => bundledAway,
  ],
  [
    'esbuild, CommonJS, one file',
    (name) => esbuildCell(name, 'cjs', { entries: ['src/app.ts'] }),
    () => bundledAway,
  ],
  [
    'esbuild, minified, one file',
    (name) => esbuildCell(name, 'cjs', { entries: ['src/app.ts'], minify: true }),
    () => bundledAway,
  ],
  [
    'esbuild, ESM, worker entry',
    (name) => esbuildCell(name, 'esm', { entries: ['src/app.ts', 'src/sum.worker.ts'] }),
  ],
  [
    'esbuild, CommonJS, worker entry',
    (name) => esbuildCell(name, 'cjs', { entries: ['src/app.ts', 'src/sum.worker.ts'] }),
  ],
  [
    'esbuild, minified, worker entry',
    (name) => esbuildCell(name, 'cjs', { entries: ['src/app.ts', 'src/sum.worker.ts'], minify: true }),
  ],
  ['rollup, one file', (name) => rollupCell(name, ['app']), () => bundledAway],
  ['rollup, worker entry', (name) => rollupCell(name, ['app', 'sum.worker'])],
  ['webpack, one file', (name) => webpackCell(name, ['app']), () => bundledAway],
  ['webpack, worker entry', (name) => webpackCell(name, ['app', 'sum.worker'])],
  ['vitest, forks', (name) => vitestCell(name, 'forks')],
  ['vitest, threads', (name) => vitestCell(name, 'threads')],
  ['jest with ts-jest', jestCell],
].filter(([name]) => values.only === undefined || name.includes(values.only));

function outcomeOf(node, args, folder) {
  const run = spawnSync(node, args, {
    cwd: folder,
    encoding: 'utf8',
    timeout: 60_000,
    env: { ...process.env, NODE_OPTIONS: '', CI: '1', NO_COLOR: '1' },
  });
  const line = run.stdout.split('\n').find((text) => text.includes('{"own"'));
  if (line === undefined)
    return {
      own: `no answer: ${`${run.stderr}\n${run.stdout}`.trim().split('\n').slice(0, 12).join(' / ')}`,
      builtin: '',
    };
  return JSON.parse(line.slice(line.indexOf('{')));
}

const versions = nodes.map((node) => spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim());
console.log(`| runtime | ${versions.map((version) => `Node ${version}`).join(' | ')} |`);
console.log(`| --- | ${versions.map(() => '---').join(' | ')} |`);
let wrong = 0;
for (const [index, [label, prepare, expect = () => ({})]] of cells.entries()) {
  const name = `cell-${index}`;
  let args;
  let problem;
  try {
    args = await prepare(name);
  } catch (error) {
    problem = `cannot be built: ${String(error).split('\n')[0]}`;
  }
  const row = nodes.map((node, at) => {
    const expected = expect(versions[at]);
    if (expected.why !== undefined) return `– ${expected.why}`;
    const got =
      problem === undefined ? outcomeOf(node, args, join(work, name)) : { own: problem, builtin: '' };
    const asExpected =
      got.own === (expected.own ?? answer.own) && got.builtin === (expected.builtin ?? answer.builtin);
    if (!asExpected) wrong++;
    if (asExpected) return got.own === answer.own ? '✓' : `✓ builtin; own: ${got.own}`;
    return `✗ own: ${got.own}; builtin: ${got.builtin}`;
  });
  console.log(`| ${label} | ${row.join(' | ')} |`);
}
if (values.keep) console.log(`\nKept in ${work}`);
else rmSync(work, { recursive: true, force: true });
process.exitCode = wrong === 0 ? 0 : 1;
