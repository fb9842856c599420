import { readdirSync, type Dirent } from 'node:fs';

/** What is in a folder; nothing where it was removed since it was listed, as a program that runs may do. */
export function entriesIn(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
      return [];
    throw error;
  }
}
