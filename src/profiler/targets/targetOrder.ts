import { sep } from 'node:path';
import type { ProgramRole } from './programRole.ts';

/** What the order of targets depends on. */
export interface RankedTarget {
  readonly pid: number;
  readonly script: string | null;
  readonly cwd: string | null;
  readonly kind: 'inspector' | 'process';
  readonly listening: boolean;
  readonly role: ProgramRole;
}

const isIn = (path: string | null, folders: readonly string[]): boolean =>
  path !== null &&
  folders.some((folder) => path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep));

const isInstalled = (script: string): boolean => /[\\/]node_modules[\\/]/.test(script);

/** Whether a program was started in one of the folders, or its script lies there. */
export const isOfFolders = (
  { script, cwd }: Pick<RankedTarget, 'script' | 'cwd'>,
  folders: readonly string[],
): boolean => isIn(cwd, folders) || (script !== null && !isInstalled(script) && isIn(script, folders));

/** Whether somebody who works in one of the folders probably means this target: a program of it, or a server. */
export const isLikelyMeant = (target: RankedTarget, folders: readonly string[]): boolean =>
  target.role === 'program' && (target.listening || isOfFolders(target, folders));

function rankOf(target: RankedTarget, folders: readonly string[]): number {
  if (target.role !== 'program') return target.role === 'launcher' ? -100 : -200;
  const { script } = target;
  const isOwnScript = script !== null && !isInstalled(script) && isIn(script, folders);
  return (
    (isOwnScript ? 16 : 0) +
    (isIn(target.cwd, folders) ? 8 : 0) +
    (target.listening ? 4 : 0) +
    (target.kind === 'inspector' ? 2 : 0)
  );
}

/**
 * Targets, the most likely choice of somebody who works in these folders first: programs whose script lies there,
 * programs that were started there, other servers, other programs, launchers, and tools of editors last.
 */
export const mostUsefulFirst = <T extends RankedTarget>(
  targets: readonly T[],
  folders: readonly string[],
): readonly T[] => [...targets].sort((a, b) => rankOf(b, folders) - rankOf(a, folders) || a.pid - b.pid);
