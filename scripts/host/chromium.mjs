import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { runTool } from './runTool.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const PACKAGES = ['chromium', 'fonts-dejavu-core', 'fonts-noto-color-emoji'];

/** The Chromium on PATH (or named by OFFLOOP_CHROMIUM), or undefined. */
export function findChromium() {
  const named = process.env.OFFLOOP_CHROMIUM;
  if (named) return named;
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter((folder) => folder !== '');
  for (const name of NAMES) {
    const found = folders.map((folder) => path.join(folder, name)).find(isExecutable);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * Chromium's path. It is installed from the distribution only on a CI machine where we are root: elsewhere
 * changing the system is the user's decision, so what is missing is said in one line.
 * @param {(line: string) => void} say progress
 */
export async function ensureChromium(say) {
  const found = findChromium();
  if (found !== undefined) return found;
  const mayInstall = process.getuid?.() === 0 && Boolean(process.env.CI) && isExecutable('/usr/bin/apt-get');
  if (!mayInstall) {
    throw new Error(
      'No Chromium on PATH: install it (Debian: apt-get install chromium) or set OFFLOOP_CHROMIUM.',
    );
  }
  say('Chromium from the distribution');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await runTool('apt-get', ['update', '-qq'], { env });
  await runTool('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...PACKAGES], { env });
  const installed = findChromium();
  if (installed === undefined) throw new Error('The distribution installed no Chromium.');
  return installed;
}

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
