import { readdir } from 'node:fs/promises';
import path from 'node:path';

/**
 * The files below a folder whose base name is wanted; none when the folder does not exist.
 * @param {string} folder
 * @param {(name: string) => boolean} wanted
 * @returns {Promise<string[]>}
 */
export async function findFiles(folder, wanted) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const files = entries.filter((entry) => entry.isFile() && wanted(entry.name));
  return files.map((entry) => path.join(entry.parentPath, entry.name)).sort();
}
