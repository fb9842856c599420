import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { createVSIX } from '@vscode/vsce';
import { listArchive } from './listArchive.mjs';
import { writeNotices } from './writeNotices.mjs';

const ROOT = path.resolve(import.meta.dirname, '..', '..');

/**
 * Makes the .vsix from what is built in dist/.
 * @param {string} [file] where it goes; `offloop-<version>.vsix` in the repository's root when absent
 * @returns {Promise<{ file: string, bytes: number, files: { name: string, packed: number, unpacked: number }[] }>}
 */
export async function makePackage(file) {
  const { name, version } = JSON.parse(await readFile(path.join(ROOT, 'package.json'), 'utf8'));
  const target = file ?? path.join(ROOT, `${name}-${version}.vsix`);
  await writeNotices(ROOT, path.join(ROOT, 'dist', 'THIRD-PARTY-NOTICES.txt'));
  // Everything is bundled: no node_modules in the package.
  await quietly(() => createVSIX({ cwd: ROOT, packagePath: target, dependencies: false }));
  const { size } = await stat(target);
  return { file: target, bytes: size, files: await listArchive(target) };
}

/**
 * vsce reports on the console; what it says is shown only when it fails.
 * @param {() => Promise<void>} action
 */
async function quietly(action) {
  const said = [];
  const { log, warn } = console;
  console.log = console.warn = (...words) => said.push(words.join(' '));
  try {
    await action();
  } catch (error) {
    throw new Error(`vsce could not make the package.\n${said.join('\n')}`, { cause: error });
  } finally {
    console.log = log;
    console.warn = warn;
  }
}
