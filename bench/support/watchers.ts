import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Watcher } from './followSaves.ts';

const packages = { tsx: 'tsx@4', nodemon: 'nodemon@3' } as const;
const scripts = { tsx: 'tsx/dist/cli.mjs', nodemon: 'nodemon/bin/nodemon.js' } as const;

/** The script of a watcher, installed from npm into the cache when it is not there; null for `node --watch`. */
export async function watcherScript(watcher: Watcher): Promise<string | null> {
  if (watcher === 'node') return null;
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  const folder = resolve(cache, 'offloop', 'watchers');
  const script = join(folder, 'node_modules', scripts[watcher]);
  if (!existsSync(script)) {
    await mkdir(folder, { recursive: true });
    await promisify(execFile)('npm', [
      'install',
      '--no-audit',
      '--no-fund',
      '--prefix',
      folder,
      packages[watcher],
    ]);
  }
  return script;
}
