import { sep } from 'node:path';
import type { LocalTarget } from '../../profiler/targets/discover.ts';
import { isOfFolders, mostUsefulFirst } from '../../profiler/targets/targetOrder.ts';

/** Rows of the picker: programs of the folders that are open, other programs, and what only starts or serves programs. */
export interface TargetGroups {
  readonly here: readonly LocalTarget[];
  readonly elsewhere: readonly LocalTarget[];
  readonly launchersAndTools: readonly LocalTarget[];
}

/** Groups targets for somebody who works in these folders, in each group the most useful first. */
export function groupTargets(targets: readonly LocalTarget[], folders: readonly string[]): TargetGroups {
  const sorted = mostUsefulFirst(targets, folders);
  const programs = sorted.filter(({ role }) => role === 'program');
  const isHere = (target: LocalTarget): boolean => isOfFolders(target, folders);
  return {
    here: programs.filter(isHere),
    elsewhere: programs.filter((target) => !isHere(target)),
    launchersAndTools: sorted.filter(({ role }) => role !== 'program'),
  };
}

/** The folder with the longest path that holds `path`, or null. */
export function folderOf(path: string, folders: readonly string[]): string | null {
  const holding = folders.filter((folder) => path === folder || path.startsWith(folder + sep));
  return holding.sort((a, b) => b.length - a.length)[0] ?? null;
}
