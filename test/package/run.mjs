// Checks the .vsix: what it holds, and that nothing in it is loaded before it is needed. Prints `N passed, N failed` last.
import { mkdtemp } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { removeFolder } from '../../scripts/host/codeServer.mjs';
import { makePackage } from '../../scripts/package/makePackage.mjs';
import { sizeText } from '../../scripts/package/sizeText.mjs';
import { runChecks } from '../ui/support/runChecks.mjs';
import { archiveChecks } from './archiveChecks.mjs';
import { eagerImportChecks } from './eagerImportChecks.mjs';

const folder = await mkdtemp(path.join(os.tmpdir(), 'offloop-package-'));
try {
  const made = await makePackage(path.join(folder, 'offloop.vsix'));
  const unpacked = made.files.reduce((sum, file) => sum + file.unpacked, 0);
  console.log(
    `the .vsix: ${String(made.files.length)} files, ${sizeText(made.bytes)}, unpacked ${sizeText(unpacked)}`,
  );
  await runChecks([...archiveChecks(made), ...eagerImportChecks()]);
} finally {
  await removeFolder(folder);
}
