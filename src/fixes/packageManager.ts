import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { jsonValue } from '../remedies/edits/jsonEdits.ts';

/** The package managers that projects use. */
export type PackageManager = 'npm' | 'pnpm' | 'yarn' | 'bun';

const managers: readonly PackageManager[] = ['npm', 'pnpm', 'yarn', 'bun'];

/** Lock files, and whose they are. */
const lockFiles: Readonly<Record<string, PackageManager>> = {
  'pnpm-lock.yaml': 'pnpm',
  'yarn.lock': 'yarn',
  'bun.lock': 'bun',
  'bun.lockb': 'bun',
  'package-lock.json': 'npm',
  'npm-shrinkwrap.json': 'npm',
};

/** Names of all files that an install may write next to package.json. */
export const lockFileNames = Object.keys(lockFiles);

/**
 * The package manager of a folder: the nearest that a package.json names (`packageManager`), or whose lock file is there,
 * from the folder upwards; npm where nothing tells.
 */
export async function packageManagerOf(folder: string): Promise<PackageManager> {
  for (let at = folder; ; at = dirname(at)) {
    const found = (await namedIn(join(at, 'package.json'))) ?? (await lockedIn(at));
    if (found !== null) return found;
    if (at === dirname(at)) return 'npm';
  }
}

async function namedIn(manifest: string): Promise<PackageManager | null> {
  try {
    const named = jsonValue(JSON.parse(await readFile(manifest, 'utf8')), ['packageManager']);
    return managers.find((name) => typeof named === 'string' && named.startsWith(`${name}@`)) ?? null;
  } catch {
    return null; // None, or one that is being edited: the lock file tells.
  }
}

async function lockedIn(folder: string): Promise<PackageManager | null> {
  for (const [file, manager] of Object.entries(lockFiles))
    if (await exists(join(folder, file))) return manager;
  return null;
}

/** Whether there is something at a path. */
export async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch {
    return false;
  }
}
