import { spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const executor = fileURLToPath(new URL('../packages/executor', import.meta.url));
const queue = fileURLToPath(new URL('../packages/executor-bullmq', import.meta.url));
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';

/** Runs a command quietly; its output is shown only when it fails. */
function run(folder, command, args) {
  const result = spawnSync(command, args, { cwd: folder, encoding: 'utf8', shell: npm.endsWith('.cmd') });
  if (result.status === 0) return;
  throw new Error(
    `${command} ${args.join(' ')} failed\n${result.stdout ?? ''}${result.stderr ?? result.error?.message}`,
  );
}

/** Newest modification under a file or folder, ms; 0 when it does not exist. */
async function newest(path) {
  const info = await stat(path).catch(() => null);
  if (info === null) return 0;
  if (!info.isDirectory()) return info.mtimeMs;
  const below = await Promise.all((await readdir(path)).map((name) => newest(join(path, name))));
  return Math.max(0, ...below);
}

/** Builds a package unless its dist is newer than its sources, so that two builds at once do not meet there. */
async function buildFolder(folder) {
  const inputs = ['src', 'scripts/build.mjs', 'package.json', 'tsconfig.build.json'];
  const changed = Math.max(...(await Promise.all(inputs.map((input) => newest(join(folder, input))))));
  const parts = await Promise.all(
    ['index.js', 'index.mjs', 'index.d.ts'].map((name) => newest(join(folder, 'dist', name))),
  );
  if (Math.min(...parts) <= changed) run(folder, process.execPath, ['scripts/build.mjs']);
}

/** Builds packages/executor when it has changed. */
export function buildPackage() {
  return buildFolder(executor);
}

/** Builds the executor and what stands on it, when they have changed. */
export async function buildPackages() {
  await buildPackage();
  await buildFolder(queue);
}

/** Packs the executor as npm would publish it, for projects that get it without a registry. */
export async function packExecutor(target) {
  await buildPackage();
  const temporary = await mkdtemp(join(tmpdir(), 'offloop-pack-'));
  try {
    run(executor, npm, ['pack', '--ignore-scripts', '--pack-destination', temporary]);
    const [name] = await readdir(temporary);
    await mkdir(join(target, '..'), { recursive: true });
    await cp(join(temporary, name), `${target}.${process.pid}`);
    await rename(`${target}.${process.pid}`, target);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}
