import { chromium } from 'playwright-core';
import { findChromium } from './chromium.mjs';

/** Chromium refuses its sandbox to root, and containers have little shared memory. */
const ARGUMENTS = ['--disable-dev-shm-usage', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])];

/** Starts the Chromium of this machine without a window. */
export async function launchBrowser() {
  const executablePath = findChromium();
  if (executablePath === undefined)
    throw new Error('No Chromium: run `node scripts/setup-vscode.mjs` first.');
  return chromium.launch({ executablePath, args: ARGUMENTS });
}
