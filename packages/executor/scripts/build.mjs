// Builds dist: CommonJS, ES modules and declarations for both. `--watch-less` on purpose: it takes about two seconds.
import { spawnSync } from 'node:child_process';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
const require = createRequire(import.meta.url);

/** Entries beside the main one, and files that only workers load: name in dist → file in src. */
const subpaths = { internal: 'src/internal.ts', piscina: 'src/piscina.ts', stats: 'src/stats.ts' };
const workerFiles = { piscinaWorker: 'src/adapters/piscinaWorker.ts', loaders: 'src/worker/loaders.ts' };

const common = { absWorkingDir: root, bundle: true, platform: 'node', target: 'node20', logLevel: 'warning' };

async function bootstrap() {
  const { outputFiles } = await build({
    ...common,
    entryPoints: ['src/worker/bootstrap.ts'],
    format: 'cjs',
    minify: true,
    write: false,
    // Under --input-type=module the text runs as a module, which has no require.
    banner: { js: '(require=>{' },
    footer: { js: '})(process.getBuiltinModule??require)' },
  });
  // A name to find it by in profiles and debuggers: by itself it would be called like any evaluation.
  return `${outputFiles[0].text.trim()}\n//# sourceURL=offloop-executor:worker`;
}

// Classes exist once: what a subpath throws is `instanceof` what the main entry exports.
const sharedClasses = (file) => ({
  name: 'shared-classes',
  setup({ onResolve }) {
    onResolve({ filter: /\/(?:errors|taskPromise)\.ts$/ }, () => ({ path: `./${file}`, external: true }));
  },
});

async function bundles() {
  const bootstrapText = JSON.stringify(await bootstrap());
  const formats = [
    { format: 'cjs', extension: '.js', define: { 'import.meta.url': '__filename' } },
    { format: 'esm', extension: '.mjs', define: {} },
  ];
  await Promise.all(
    formats.flatMap(({ format, extension, define }) => {
      const shared = {
        ...common,
        format,
        outdir: 'dist',
        outExtension: { '.js': extension },
        define: { ...define, BOOTSTRAP: bootstrapText },
      };
      return [
        build({ ...shared, entryPoints: { index: 'src/index.ts' } }),
        build({ ...shared, entryPoints: subpaths, plugins: [sharedClasses(`index${extension}`)] }),
      ];
    }),
  );
  await build({ ...common, format: 'cjs', outdir: 'dist', entryPoints: workerFiles });
}

async function declarations() {
  const out = join(root, 'dist', '.types');
  const result = spawnSync(
    process.execPath,
    [require.resolve('typescript/bin/tsc'), '-p', 'tsconfig.build.json', '--outDir', out],
    { cwd: root, stdio: 'inherit' },
  );
  if (result.status !== 0) throw new Error('The declarations could not be made');
  for (const name of await readdir(out, { recursive: true })) {
    if (!name.endsWith('.d.ts')) continue;
    const text = await readFile(join(out, name), 'utf8');
    const stem = join(dist, name.slice(0, -'.d.ts'.length));
    await mkdir(dirname(stem), { recursive: true });
    await writeFile(`${stem}.d.ts`, text.replace(/(from '\.{1,2}\/[^']+)\.ts'/g, "$1.js'"));
    await writeFile(`${stem}.d.mts`, text.replace(/(from '\.{1,2}\/[^']+)\.ts'/g, "$1.mjs'"));
  }
  await rm(out, { recursive: true });
}

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });
await Promise.all([bundles(), declarations()]);
