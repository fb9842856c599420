import os from 'node:os';
import path from 'node:path';

/**
 * The folder in which Offloop's scripts keep what they downloaded, shared by all checkouts of one user.
 * @param {string} name what the folder holds
 */
export function cacheFolder(name) {
  const base = process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache');
  return path.join(base, 'offloop', name);
}
