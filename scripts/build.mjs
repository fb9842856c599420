// Builds dist/: one CommonJS bundle per entry, TypeScript and the validators once beside them, and the packed executor.
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { packExecutor } from './buildExecutor.mjs';
import { lazyTypescript, smallProbe, withoutS3 } from './bundlePlugins.mjs';
import { generatedValidators, lazyValidators } from './validators.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
/** Built here first and moved file by file: whoever runs dist meanwhile never sees half a bundle. */
const staging = join(dist, `.building-${process.pid}`);
const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
const typescript = createRequire(import.meta.url).resolve('typescript');

/** The timeline's client, for the browser that VS Code is made of. */
const inWebview = {
  absWorkingDir: root,
  bundle: true,
  outdir: staging,
  entryPoints: { timeline: 'media/timeline/timeline.ts' },
  minifyWhitespace: true,
  minifySyntax: true,
  lineLimit: 160,
  platform: 'browser',
  format: 'iife',
  target: 'chrome120',
  logLevel: 'warning',
};

/** Name in dist → source. */
const entries = {
  cli: 'src/cli.ts',
  extension: 'src/extension.ts',
  'offloop-recorder': 'src/processes/recorder.ts',
  'offloop-planner': 'src/processes/planner.ts',
};

const onNode = {
  absWorkingDir: root,
  bundle: true,
  outdir: staging,
  // Names are kept: a stack in a bug report must be readable.
  minifyWhitespace: true,
  minifySyntax: true,
  // Node prints the line an uncaught error came from; a bundle of one line would fill the terminal.
  lineLimit: 160,
  legalComments: 'none',
  logLevel: 'warning',
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  // Libraries written as ES modules ask where they are as soon as they are loaded.
  define: { OFFLOOP_VERSION: JSON.stringify(version), 'import.meta.url': 'ownUrl' },
  banner: { js: "const ownUrl=require('node:url').pathToFileURL(__filename).href;" },
};

async function moveIntoPlace() {
  await Promise.all((await readdir(staging)).map((name) => rename(join(staging, name), join(dist, name))));
}

const started = performance.now();
await mkdir(staging, { recursive: true });
try {
  await Promise.all([
    build({
      ...onNode,
      entryPoints: entries,
      external: ['vscode'],
      plugins: [lazyTypescript, smallProbe, withoutS3, lazyValidators],
    }),
    build({
      ...onNode,
      entryPoints: { validators: 'src/sources/checked/validators.ts' },
      plugins: [generatedValidators],
    }),
    build({ ...onNode, entryPoints: { typescript }, minifyIdentifiers: true }),
    build(inWebview),
    packExecutor(join(staging, 'offloop-executor.tgz')),
  ]);
  await moveIntoPlace();
  console.log(`Built dist/ in ${((performance.now() - started) / 1000).toFixed(1)} s`);
} finally {
  await rm(staging, { recursive: true, force: true });
}
