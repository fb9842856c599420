// Builds dist: CommonJS, ES modules and declarations for both. `--watch-less` on purpose: it takes about two seconds.
import { spawnSync } from 'node:child_process';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
const require = createRequire(import.meta.url);

/** Entries of the package: name in dist → file in src. */
const entries = { index: 'src/index.ts' };

const common = { absWorkingDir: root, bundle: true, platform: 'node', target: 'node20', logLevel: 'warning' };

async function bootstrap() {
  const { outputFiles } = await build({
    ...common,
    entryPoints: ['src/worker/bootstrap.ts'],
    format: 'cjs',
    minify: true,
    write: false,
  });
  return outputFiles[0].text.trim();
}

async function bundles() {
  const define = { BOOTSTRAP: JSON.stringify(await bootstrap()) };
  const shared = { ...common, define, entryPoints: entries, outdir: 'dist' };
  await Promise.all([
    build({ ...shared, format: 'cjs', define: { ...define, 'import.meta.url': '__filename' } }),
    build({ ...shared, format: 'esm', outExtension: { '.js': '.mjs' } }),
  ]);
}

async function declarations() {
  const out = join(root, 'dist', '.types');
  const result = spawnSync(
    process.execPath,
    [require.resolve('typescript/bin/tsc'), '-p', 'tsconfig.build.json', '--outDir', out],
    { cwd: root, stdio: 'inherit' },
  );
  if (result.status !== 0) throw new Error('The declarations could not be made');
  for (const name of await readdir(out)) {
    if (!name.endsWith('.d.ts')) continue;
    const text = await readFile(join(out, name), 'utf8');
    const stem = name.slice(0, -'.d.ts'.length);
    await writeFile(join(dist, `${stem}.d.ts`), text.replace(/(from '\.\/[^']+)\.ts'/g, "$1.js'"));
    await writeFile(join(dist, `${stem}.d.mts`), text.replace(/(from '\.\/[^']+)\.ts'/g, "$1.mjs'"));
  }
  await rm(out, { recursive: true });
}

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });
await Promise.all([bundles(), declarations()]);
