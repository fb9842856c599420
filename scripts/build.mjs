// Bundles every entry into dist/: the command line, the extension, its helper processes, and the packed executor.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const run = promisify(execFile);
const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));

const entries = ['cli', 'extension', 'recorderMain', 'analysisWorker', 'oracleMain'];

/** TypeScript is one file of its own that is loaded when the first syntax tree is needed. */
const typescriptApart = {
  name: 'typescript-apart',
  setup(plugin) {
    plugin.onResolve({ filter: /^typescript$/ }, () => ({ path: './typescript.js', external: true }));
  },
};

/** `inspector-api` can store profiles in S3; nothing here does, and its client would be ten times everything else. */
const withoutS3 = {
  name: 'without-s3',
  setup(plugin) {
    plugin.onResolve({ filter: /^@aws-sdk\// }, ({ path }) => ({ path, namespace: 'without-s3' }));
    plugin.onLoad({ filter: /.*/, namespace: 'without-s3' }, () => ({
      contents: 'throw new Error("Storing profiles in S3 is not part of Offloop.");',
    }));
  },
};

const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  outdir: 'dist',
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'none',
  logLevel: 'warning',
  define: { OFFLOOP_VERSION: JSON.stringify(version) },
};

/** The media folder holds the client of the timeline, which runs in a webview's browser. */
const client = 'media/timeline.ts';

async function bundle() {
  const present = entries.map((name) => `src/${name}.ts`).filter((file) => existsSync(join(root, file)));
  await build({
    ...common,
    entryPoints: present,
    external: ['vscode'],
    plugins: [typescriptApart, withoutS3],
  });
  const typescript = { in: 'node_modules/typescript/lib/typescript.js', out: 'typescript' };
  await build({ ...common, entryPoints: [typescript], minifyIdentifiers: true });
  if (existsSync(join(root, client))) {
    await build({ ...common, entryPoints: [client], platform: 'browser', target: 'es2022', format: 'iife' });
  }
}

/** The executor as the tarball that fixes vendor into a project. */
async function packExecutor() {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const folder = await mkdtemp(join(tmpdir(), 'offloop-pack-'));
  try {
    const cwd = join(root, 'packages/executor');
    await run(process.execPath, [join(cwd, 'scripts/build.mjs')], { cwd });
    const { stdout } = await run(npm, ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], { cwd });
    const [{ filename }] = JSON.parse(stdout);
    await copyFile(join(folder, filename), join(root, 'dist/offloop-executor.tgz'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const started = performance.now();
await mkdir(join(root, 'dist'), { recursive: true });
await bundle();
await packExecutor();
console.log(`Built dist/ in ${((performance.now() - started) / 1000).toFixed(1)} s`);
