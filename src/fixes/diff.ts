import { basename, resolve } from 'node:path';
import { createTwoFilesPatch } from 'diff';
import { relativeTo } from '../report/relativePath.ts';
import type { PendingFile } from './fixWrite.ts';

/** Lines around a change, in a patch and where a diff is only read. */
const contextOf = { patch: 3, hunks: 1 } as const;

const textOf = (content: Buffer | null): string => content?.toString('utf8') ?? '';

/** Whether a file is not text and so in no patch: the packed executor. */
export const isPacked = ({ path }: PendingFile): boolean => path.endsWith('.tgz');

/** What files become in the form `patch -p1` and `git apply` take; names are relative to the root. */
export function patchOf(files: readonly PendingFile[], root: string): string {
  return files
    .filter((file) => !isPacked(file))
    .map(({ path, before, after }) => {
      const name = relativeTo(resolve(root), path);
      const old = before === null ? '/dev/null' : `a/${name}`;
      const context = contextOf.patch;
      return createTwoFilesPatch(old, `b/${name}`, textOf(before), textOf(after), '', '', { context })
        .replace(/^=+\n/, '')
        .replace(/^(---|\+\+\+) (.*?)\t$/gm, '$1 $2');
    })
    .join('');
}

/** What one file becomes, as a unified diff without its file header. */
export function hunksOf({ path, before, after }: PendingFile): string {
  const name = basename(path);
  const context = contextOf.hunks;
  const patch = createTwoFilesPatch(name, name, textOf(before), textOf(after), '', '', { context });
  return patch.slice(Math.max(patch.indexOf('@@'), 0)).trimEnd();
}
