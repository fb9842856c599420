import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { RealProgram } from './realProgram.ts';

const run = promisify(execFile);
const installMs = 240_000;

interface CacheScript {
  cacheFolder(name: string): string;
}

const manifestOf = ({ name, packages, overrides }: RealProgram): string =>
  `${JSON.stringify({ name: `real-${name}`, private: true, dependencies: packages, overrides }, null, 2)}\n`;

/** Installs a program at its pinned versions into the cache, unless it is there; answers with its folder. */
export async function install(program: RealProgram): Promise<string> {
  const { cacheFolder } = (await import(pathToFileURL('scripts/host/cacheFolder.mjs').href)) as CacheScript;
  const folder = join(cacheFolder('real'), program.name);
  const done = join(folder, 'installed.json');
  const manifest = manifestOf(program);
  if ((await readFile(done, 'utf8').catch(() => '')) === manifest) return folder;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), manifest);
  const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', '--prefer-offline'];
  await run('npm', ['install', ...options], { cwd: folder, timeout: installMs });
  await writeFile(done, manifest);
  return folder;
}

/** Puts our own few files of a program into its folder and has its inputs written. */
export async function prepare(program: RealProgram, folder: string, node: string): Promise<void> {
  const isOurs = (source: string): boolean => !/^(?:program|label)\.json$/.test(basename(source));
  await cp(program.folder, folder, { recursive: true, filter: isOurs });
  await run(node, ['prepare.cjs'], { cwd: folder }).catch((error: unknown) => {
    if (!/Cannot find module.*prepare\.cjs/.test(String(error))) throw error;
  });
}
