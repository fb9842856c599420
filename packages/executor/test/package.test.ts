import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { publint } from 'publint';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));
const require = createRequire(import.meta.url);
const folder = mkdtempSync(join(tmpdir(), 'offloop-package-'));
const app = join(folder, 'app');
let tarball = '';

beforeAll(async () => {
  await run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], { cwd: root });
  tarball = join(folder, readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '');
  mkdirSync(app);
  writeFileSync(join(app, 'package.json'), '{ "name": "app", "private": true, "type": "module" }');
  await run('npm', ['install', '--offline', '--no-audit', '--no-fund', tarball], { cwd: app });
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function runFile(name: string, text: string): Promise<string> {
  writeFileSync(join(app, name), text);
  const { stdout, stderr } = await run(process.execPath, [name], { cwd: app });
  expect(stderr).toBe('');
  return stdout.trim();
}

describe('the package as npm would publish it', () => {
  it('is clean for publint', async () => {
    const { messages } = await publint({ pkgDir: join(app, 'node_modules/@offloop/executor'), pack: false });
    expect(messages).toEqual([]);
  });

  it('is clean for arethetypeswrong, in every way of resolution', async () => {
    const cli = join(dirname(require.resolve('@arethetypeswrong/cli/package.json')), 'dist/index.js');
    const { stdout } = await run(process.execPath, [cli, tarball, '--no-color']);
    expect(stdout).toContain('No problems found');
  });

  it('could be published as it is: nothing but the account is missing', async () => {
    const { stdout } = await run('npm', ['pack', '--dry-run', '--ignore-scripts', '--json'], { cwd: root });
    const [packed] = JSON.parse(stdout) as { name: string; files: { path: string }[] }[];
    const paths = packed?.files.map(({ path }) => path) ?? [];
    const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      readonly private?: boolean;
      readonly publishConfig: object;
      readonly exports: Record<string, string | Record<string, Record<string, string>>>;
    };
    expect(manifest.private).toBeUndefined();
    expect(manifest.publishConfig).toEqual({ access: 'public', provenance: true });
    const entries = Object.values(manifest.exports).flatMap((entry) =>
      typeof entry === 'string' ? [entry] : Object.values(entry).flatMap((way) => Object.values(way)),
    );
    for (const entry of entries) expect(paths).toContain(entry.replace('./', ''));
    for (const file of ['dist/loaders.js', 'dist/piscinaWorker.js']) expect(paths).toContain(file);
    expect(paths.filter((path) => /(?:^|\/)(?:src|test|bench|soak|scripts)\//.test(path))).toEqual([]);
  });

  it('has no dependencies, and nothing in it but what it needs', async () => {
    const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<string, unknown>;
    expect(manifest['dependencies']).toBeUndefined();
    const { stdout } = await run('tar', ['-tzf', tarball]);
    const places = new Set(
      stdout
        .trim()
        .split('\n')
        .map((path) => path.split('/')[1]),
    );
    expect(places).toEqual(new Set(['LICENSE', 'README.md', 'dist', 'package.json']));
  });
});

const worker = (kind: 'module' | 'commonjs'): string =>
  kind === 'module'
    ? `import { task } from '@offloop/executor';
       export const triple = task(import.meta.url, 'triple.worker#triple', (value) => value * 3);`
    : `const { task } = require('@offloop/executor');
       exports.triple = task(__filename, 'triple.worker#triple', (value) => value * 3);`;

describe('a new program with the package installed', () => {
  it('uses it from an ES module', async () => {
    writeFileSync(join(app, 'triple.worker.js'), worker('module'));
    const output = await runFile(
      'app.js',
      `import { runInExecutor, ProcessPoolExecutor, toThread } from '@offloop/executor';
       import { measure } from '@offloop/executor/stats';
       import { triple } from './triple.worker.js';
       const meter = measure();
       console.log(await toThread(triple, 14), meter.read().fulfilled);
       const pool = new ProcessPoolExecutor({ maxWorkers: 1 });
       console.log(await runInExecutor(pool, triple, 2));`,
    );
    expect(output.split('\n')).toEqual(['42 1', '6']);
  });

  it('uses it from CommonJS', async () => {
    writeFileSync(join(app, 'triple.worker.cjs'), worker('commonjs'));
    const output = await runFile(
      'app.cjs',
      `const { toThread, ThreadPoolExecutor } = require('@offloop/executor');
       const { triple } = require('./triple.worker.cjs');
       const { createHash } = require('node:crypto');
       void (async () => {
         console.log(await toThread(triple, 14));
         const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
         console.log((await pool.submit(require('node:zlib').gzipSync, 'x')).constructor.name);
         await pool.shutdown();
       })();`,
    );
    expect(output.split('\n')).toEqual(['42', 'Buffer']);
  });

  it.each([
    ['nodenext', 'nodenext', false],
    ['commonjs', 'node10', true],
    ['esnext', 'bundler', true],
  ])(
    'is type-checked at its strictest with module %s, moduleResolution %s',
    async (module, moduleResolution, skipLibCheck) => {
      const project = join(app, `ts-${moduleResolution}`);
      mkdirSync(project);
      writeFileSync(
        join(project, 'app.ts'),
        `import { readFileSync } from 'node:fs';
       import { pbkdf2Sync } from 'node:crypto';
       import { ThreadPoolExecutor, runInExecutor, toThread } from '@offloop/executor';
       import { measure, type Measurements } from '@offloop/executor/stats';
       export async function main(): Promise<Measurements> {
         const key: Buffer = await toThread(pbkdf2Sync, 'a', 'b', 1, 8, 'sha256');
         const text: string = await runInExecutor(null, readFileSync, 'x', 'utf8');
         // @ts-expect-error: one argument too many
         await toThread(JSON.stringify, key, null, 2, text);
         await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
         await pool.submit(Math.max, 1, 2);
         return measure(pool).read();
       }`,
      );
      const options = {
        module,
        moduleResolution,
        target: 'es2022',
        lib: ['esnext'],
        strict: true,
        noEmit: true,
        skipLibCheck,
      };
      writeFileSync(
        join(project, 'tsconfig.json'),
        JSON.stringify({
          compilerOptions: {
            ...options,
            exactOptionalPropertyTypes: true,
            ignoreDeprecations: '6.0',
            types: ['node'],
            typeRoots: [join(dirname(require.resolve('@types/node/package.json')), '..')],
          },
        }),
      );
      const tsc = require.resolve('typescript/bin/tsc');
      const result = await run(process.execPath, [tsc, '-p', project]).catch((error: unknown) => error);
      expect((result as { readonly stdout: string }).stdout).toBe('');
    },
  );
});

// Bytes of the main entry, minified, with everything it needs: the worker's program is in it as text.
const limits = { minified: 66_000, gzip: 22_000 };

describe('the size of the main entry', () => {
  it('stays within its limits, and the rest is in files of its own', async () => {
    const { outputFiles, metafile } = await build({
      absWorkingDir: root,
      entryPoints: ['dist/index.mjs'],
      bundle: true,
      platform: 'node',
      target: 'node20',
      format: 'esm',
      minify: true,
      write: false,
      metafile: true,
    });
    const bytes = outputFiles[0]?.contents ?? new Uint8Array();
    expect(bytes.length).toBeLessThan(limits.minified);
    expect(gzipSync(bytes).length).toBeLessThan(limits.gzip);
    expect(Object.keys(metafile.inputs)).toEqual(['dist/index.mjs']);
    const text = Buffer.from(bytes).toString();
    for (const elsewhere of ['createHistogram', 'piscinaWorker', 'tsx/cjs/api'])
      expect(text).not.toContain(elsewhere);
  });
});
