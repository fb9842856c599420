import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

// Short enough to read in a log, long enough that two builds never share it.
const digits = 16;

/** The build of a task file: a hash of its text. */
export async function buildOf(file: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex')
    .slice(0, digits);
}

/** File name without folder and extension: what stands before `#` in a task's id. */
export function stemOf(file: string): string {
  return file.replace(/^.*[\\/]/, '').replace(/\.[mc]?[jt]sx?$/, '');
}

/** What parked tasks of a file wait for, as one word. */
export function buildKey(stem: string, build: string): string {
  return `${stem}@${build}`;
}
