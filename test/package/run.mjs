// Checks the .vsix and the tarball of the command line: what they hold, and that nothing is loaded before it is needed. Prints `N passed, N failed` last.
import { mkdir, mkdtemp } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { removeFolder } from '../../scripts/host/codeServer.mjs';
import { makePackage } from '../../scripts/package/makePackage.mjs';
import { sizeText } from '../../scripts/package/sizeText.mjs';
import { runChecks } from '../ui/support/runChecks.mjs';
import { archiveChecks } from './archiveChecks.mjs';
import { eagerImportChecks } from './eagerImportChecks.mjs';
import { tarballChecks } from './tarballChecks.mjs';

const folder = await mkdtemp(path.join(os.tmpdir(), 'offloop-package-'));
try {
  const made = await makePackage(path.join(folder, 'offloop.vsix'));
  const unpacked = made.files.reduce((sum, file) => sum + file.unpacked, 0);
  console.log(
    `the .vsix: ${String(made.files.length)} files, ${sizeText(made.bytes)}, unpacked ${sizeText(unpacked)}`,
  );
  const tarball = path.join(folder, 'tarball');
  await mkdir(tarball);
  await runChecks([...archiveChecks(made), ...eagerImportChecks(), ...tarballChecks(tarball)]);
} finally {
  await removeFolder(folder);
}
