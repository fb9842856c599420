// Builds dist: CommonJS, ES modules and declarations for both; the file that threads load; the program `offloop-worker`.
import { spawnSync } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
const require = createRequire(import.meta.url);

const common = {
  absWorkingDir: root,
  bundle: true,
  packages: 'external',
  platform: 'node',
  target: 'node20',
  outdir: 'dist',
  logLevel: 'warning',
};
const commonJs = { ...common, format: 'cjs', define: { 'import.meta.url': '__filename' } };

async function bundles() {
  await Promise.all([
    build({ ...commonJs, entryPoints: { index: 'src/index.ts', taskHost: 'src/taskHost.ts' } }),
    build({ ...commonJs, entryPoints: { cli: 'src/cli.ts' }, banner: { js: '#!/usr/bin/env node' } }),
    build({
      ...common,
      format: 'esm',
      outExtension: { '.js': '.mjs' },
      entryPoints: { index: 'src/index.ts' },
    }),
  ]);
  await chmod(join(dist, 'cli.js'), 0o755);
}

async function declarations() {
  const out = join(dist, '.types');
  const tsc = require.resolve('typescript/bin/tsc');
  const result = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json', '--outDir', out], {
    cwd: root,
    stdio: 'inherit',
  });
  if (result.status !== 0) throw new Error('The declarations could not be made');
  for (const name of await readdir(out, { recursive: true })) {
    if (!name.endsWith('.d.ts')) continue;
    const text = await readFile(join(out, name), 'utf8');
    const stem = join(dist, name.slice(0, -'.d.ts'.length));
    await mkdir(dirname(stem), { recursive: true });
    await writeFile(`${stem}.d.ts`, text.replace(/(from '\.[^']+)\.ts'/g, "$1.js'"));
    await writeFile(`${stem}.d.mts`, text.replace(/(from '\.[^']+)\.ts'/g, "$1.mjs'"));
  }
  await rm(out, { recursive: true });
}

// The executor's declarations are read here, and its bundles at run time.
const executor = dirname(require.resolve('@offloop/executor/package.json'));
const isBuilt = await stat(join(executor, 'dist/internal.d.mts')).catch(() => undefined);
if (isBuilt === undefined) {
  const { status } = spawnSync(process.execPath, ['scripts/build.mjs'], { cwd: executor, stdio: 'inherit' });
  if (status !== 0) throw new Error('@offloop/executor could not be built');
}

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });
await Promise.all([bundles(), declarations()]);
