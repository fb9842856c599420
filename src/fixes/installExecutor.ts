import { rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { OffloopError } from '../base/offloopError.ts';
import { contentOf, writeAll, type PendingFile } from './fixWrite.ts';
import { exists, lockFileNames, packageManagerOf } from './packageManager.ts';
import { runInstall } from './runInstall.ts';

/** What has to be done before a fix that imports the executor can be saved. */
export interface ExecutorInstall {
  /** The package that needs it. */
  readonly folder: string;
  /** Name under which it is imported. */
  readonly name: string;
  /** Files that bring it into the package; none where package.json names it already. */
  readonly files: readonly PendingFile[];
  readonly signal: AbortSignal;
  readonly onOutput: (text: string) => void;
}

/** An installation that was made; `revert` gives the project's files back what they held. */
export interface Installed {
  readonly revert: () => Promise<void>;
}

/**
 * Writes what brings the executor into a package and installs it with the project's own package manager. When that fails
 * or is cancelled, all files hold what they held before.
 * @throws OffloopError with the reason
 */
export async function installExecutor(install: ExecutorInstall): Promise<Installed> {
  const { folder, name, files, signal, onOutput } = install;
  const manager = await packageManagerOf(folder);
  const locks = await locksAround(folder);
  const before = [...files.map(({ path, before: content }) => ({ path, content })), ...locks];
  const revert = (): Promise<void> => putBack(before);
  try {
    await writeAll(files);
    await runInstall({ manager, folder, signal, onOutput });
    if (!(await isInstalled(folder, name))) {
      const message = `${manager} install ended, but ${name} is not there. See the log.`;
      throw new OffloopError('start-failed', message);
    }
    return { revert };
  } catch (error) {
    await revert();
    throw error;
  }
}

/** Whether a package can be imported from a folder, by a `node_modules` or by Yarn's own map of packages. */
export async function isInstalled(folder: string, name: string): Promise<boolean> {
  for (let at = folder; ; at = dirname(at)) {
    if (await exists(join(at, 'node_modules', ...name.split('/'), 'package.json'))) return true;
    const map = await contentOf(join(at, '.pnp.cjs'));
    if (map?.includes(`"${name}"`) === true) return true;
    if (at === dirname(at)) return false;
  }
}

interface Before {
  readonly path: string;
  readonly content: Buffer | null;
}

/** Lock files of the package and of the workspace around it; those of the package also where there are none yet. */
async function locksAround(folder: string): Promise<readonly Before[]> {
  const found: Before[] = [];
  for (let at = folder; ; at = dirname(at)) {
    for (const file of lockFileNames) {
      const path = join(at, file);
      const content = await contentOf(path);
      if (content !== null || at === folder) found.push({ path, content });
    }
    if (at === dirname(at)) return found;
  }
}

async function putBack(files: readonly Before[]): Promise<void> {
  // A lock file among the written ones is named twice: what was there first counts.
  const first = new Map([...files].reverse().map((file) => [file.path, file.content]));
  for (const [path, content] of first) {
    const now = await contentOf(path);
    const isSame = content === null ? now === null : now?.equals(content) === true;
    if (isSame) continue;
    if (content === null) await remove(path);
    else await writeAll([{ path, before: now, after: content }]);
  }
}

/** Removes a file that was not there before, and its folder where nothing else is in it. */
async function remove(path: string): Promise<void> {
  await rm(path, { force: true });
  try {
    await rmdir(dirname(path));
  } catch {
    // Others are in it.
  }
}
