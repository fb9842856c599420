import { readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { OffloopError } from '../base/offloopError.ts';
import { skippedFolders } from './skippedFolders.ts';

const endings: ReadonlySet<string> = new Set(['.js', '.mjs', '.cjs', '.jsx', '.ts', '.mts', '.cts', '.tsx']);

/** Whether a path is named like a JavaScript or TypeScript file. */
export const isSourceFile = (path: string): boolean => endings.has(extname(path));

/**
 * The source files of a path: itself, or those under it without folders that are hidden or hold no source of the project's own.
 * @throws OffloopError `bad-input` for a path that is not there, or a file that is no source
 */
export async function* sourceFilesOf(path: string): AsyncGenerator<string> {
  const entry = await stat(path).catch((cause: unknown) => {
    throw new OffloopError('bad-input', `Cannot scan ${path}: there is no such file or folder.`, { cause });
  });
  if (entry.isFile()) {
    if (!isSourceFile(path))
      throw new OffloopError('bad-input', `Cannot scan ${path}: it is not a JavaScript or TypeScript file.`);
    yield path;
  }
  if (entry.isDirectory()) yield* filesUnder(path);
}

async function* filesUnder(folder: string): AsyncGenerator<string> {
  for (const child of await readdir(folder, { withFileTypes: true })) {
    if (child.name.startsWith('.') || skippedFolders.has(child.name)) continue;
    if (child.isDirectory()) yield* filesUnder(join(folder, child.name));
    else if (child.isFile() && isSourceFile(child.name)) yield join(folder, child.name);
  }
}
