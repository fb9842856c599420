import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { chmod, mkdir, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { OffloopError } from '../base/offloopError.ts';

/** One file to write: its content, and what it held when the change was computed (null for a new file). */
export interface PendingFile {
  readonly path: string;
  readonly before: Buffer | null;
  readonly after: Buffer;
}

const defaultMode = 0o644;

/** Gives what a file holds, or null when there is none. Synchronous, because plans are. */
export type ContentReader = (path: string) => Buffer | null;

/** What a file holds on disk, or null when there is none. */
export async function contentOf(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path);
  } catch (error) {
    return nothingAt(path, error);
  }
}

/** The same, at once. */
export const contentNow: ContentReader = (path) => {
  try {
    return readFileSync(path);
  } catch (error) {
    return nothingAt(path, error);
  }
};

function nothingAt(path: string, error: unknown): null {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
  throw new OffloopError('bad-input', `${path} cannot be read: ${(error as Error).message}`, {
    cause: error,
  });
}

/**
 * Writes all files or none: each is written beside its place and then renamed over it, and those already in place are
 * put back when a later one fails. Mode and symbolic links are kept.
 * @throws OffloopError `write-failed` when a file changed meanwhile or cannot be written
 */
export async function writeAll(files: readonly PendingFile[]): Promise<void> {
  for (const file of files) await checkUnchanged(file);
  const done: PendingFile[] = [];
  try {
    for (const file of files) {
      await replace(file.path, file.after);
      done.push(file);
    }
  } catch (error) {
    await putBack(done);
    const message = `Nothing was changed, because a file could not be written: ${(error as Error).message}`;
    throw new OffloopError('write-failed', message, { cause: error });
  }
}

async function checkUnchanged({ path, before }: PendingFile): Promise<void> {
  const now = await contentOf(path);
  const isSame = before === null ? now === null : now?.equals(before) === true;
  if (isSame) return;
  throw new OffloopError(
    'write-failed',
    `${path} changed while the fix was computed. Nothing was written: try again.`,
  );
}

async function putBack(done: readonly PendingFile[]): Promise<void> {
  for (const { path, before } of done) {
    if (before === null) await rm(path, { force: true });
    else await replace(path, before);
  }
}

async function replace(path: string, content: Buffer): Promise<void> {
  const existing = await stat(path).catch(() => null);
  const target = existing === null ? path : await realpath(path);
  await mkdir(dirname(target), { recursive: true });
  const temporary = join(dirname(target), `.offloop-${randomBytes(6).toString('hex')}.tmp`);
  try {
    await writeFile(temporary, content, { flag: 'wx', mode: defaultMode });
    if (existing !== null) await chmod(temporary, existing.mode & 0o7777);
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
