import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { eventually } from './support/eventually.mjs';

/**
 * What commands say whose result is elsewhere, and of what ended before anything could be shown.
 * @param {object} stage
 * @param {import('./support/workbench.mjs').Workbench} stage.workbench
 * @param {string} stage.folder the workspace
 * @returns {import('./support/runChecks.mjs').Check[]}
 */
export const resultChecks = ({ workbench, folder }) => [
  {
    title: 'a scan says what it found and shows it, with the focus left in the editor',
    check: () => scan(workbench),
  },
  { title: 'an npm script that ends at once is not waited for', check: () => failing(workbench, folder) },
];

async function scan(workbench) {
  await workbench.page.locator('.activitybar [aria-label^="Explorer"]').first().click();
  await workbench.goTo(1, 1);
  await workbench.runCommand('Offloop: Scan Workspace');
  await toast(workbench, /^\d+ files were read: \d+ calls that block the event loop\.$/);
  const rows = workbench.page.locator('.pane-body .monaco-list-row');
  await rows.filter({ hasText: 'Workspace scan' }).first().waitFor();
  await workbench.page.locator('.monaco-editor.focused').first().waitFor();
  await workbench.screenshot('scanned');
}

async function failing(workbench, folder) {
  // As a server does whose port is taken.
  await writeFile(path.join(folder, 'fail.js'), 'process.exitCode = 3;\n');
  const file = path.join(folder, 'package.json');
  const manifest = JSON.parse(await readFile(file, 'utf8'));
  manifest.scripts.fail = 'node fail.js';
  await writeFile(file, JSON.stringify(manifest, null, 2));
  await workbench.runCommand('Offloop: Launch npm Script');
  await workbench.rows.filter({ hasText: 'node fail.js' }).first().click();
  await toast(
    workbench,
    /^npm run fail ended \(exit code 3\) before it could be recorded\. See the terminal\.$/,
  );
  await eventually('nothing is waited for any more', async () =>
    (await workbench.toasts()).every((text) => !text.includes('waiting for the program')),
  );
  await workbench.screenshot('script-ended');
}

/** Waits for a message. */
const toast = (workbench, pattern) =>
  eventually(`a message says ${String(pattern)}`, async () =>
    (await workbench.toasts()).some((text) => pattern.test(text.trim())),
  );
