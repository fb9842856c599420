import { sep } from 'node:path';
import type { LocalTarget } from '../../profiler/targets/discover.ts';

/** Targets that run in one of the folders first, the order kept otherwise. */
export function preferInside(
  targets: readonly LocalTarget[],
  folders: readonly string[],
): readonly LocalTarget[] {
  const isInside = ({ cwd }: LocalTarget): boolean =>
    cwd !== null && folders.some((folder) => cwd === folder || cwd.startsWith(folder + sep));
  return [...targets.filter(isInside), ...targets.filter((target) => !isInside(target))];
}

/** The folder with the longest path that holds `path`, or null. */
export function folderOf(path: string, folders: readonly string[]): string | null {
  const holding = folders.filter((folder) => path === folder || path.startsWith(folder + sep));
  return holding.sort((a, b) => b.length - a.length)[0] ?? null;
}
