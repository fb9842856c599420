import { statSync, type Stats } from 'node:fs';

/** What is at a path; undefined where nothing is, or where a folder of the path is a file (`package.json/index.js`). */
export function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined; // ENOTDIR, or a folder that may not be entered.
  }
}

/** Whether a file is at a path. */
export const isFile = (path: string): boolean => statOf(path)?.isFile() === true;
