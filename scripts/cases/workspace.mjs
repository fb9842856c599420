// The throw-away folder in which cases run: copies of them, the packed executor, and the types they compile against.
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
export const cli = join(root, 'dist/cli.js');

/** Files that programs of the shared form read. */
const dataFiles = { 'd/a.txt': 'alpha\n', 'd/b.txt': 'beta\n', 'd/c.json': '{"x":1}\n' };
/** What describes a case is not part of its program. */
const descriptions = new Set(['case.json', 'expected.json', 'README.md', 'deps']);

/** Empties a folder and puts the executor of dist/ and the types of Node into its node_modules. */
export function prepareWorkspace(work) {
  const modules = join(work, 'node_modules/@offloop');
  rmSync(work, { recursive: true, force: true });
  mkdirSync(modules, { recursive: true });
  const packed = join(dirname(cli), 'offloop-executor.tgz');
  const unpacked = spawnSync('tar', ['xzf', packed, '-C', modules], { encoding: 'utf8' });
  if (unpacked.status !== 0)
    throw new Error(`${packed} cannot be unpacked: run npm run build first. ${unpacked.stderr}`);
  renameSync(join(modules, 'package'), join(modules, 'executor'));
  for (const name of ['@types', 'undici-types']) {
    const types = join(root, 'node_modules', name);
    if (existsSync(types)) symlinkSync(types, join(work, 'node_modules', name));
  }
}

/** A fresh copy of a case's program; `deps` become its packages, `package.json` is made where it has none. */
export function copyCase(from, to) {
  rmSync(to, { recursive: true, force: true });
  mkdirSync(join(to, 'd'), { recursive: true });
  for (const name of readdirSync(from))
    if (!descriptions.has(name)) cpSync(join(from, name), join(to, name), { recursive: true });
  if (existsSync(join(from, 'deps')))
    cpSync(join(from, 'deps'), join(to, 'node_modules'), { recursive: true });
  for (const [name, text] of Object.entries(dataFiles))
    if (!existsSync(join(to, name))) writeFileSync(join(to, name), text);
  return to;
}

/** Source files of a program by relative path; what it only depends on or reads is left out. */
export function* sourcesOf(folder, under = '') {
  for (const entry of readdirSync(join(folder, under), { withFileTypes: true })) {
    const path = join(under, entry.name);
    if (entry.isDirectory()) {
      if (!['node_modules', 'd', 'vendor'].includes(entry.name)) yield* sourcesOf(folder, path);
    } else if (/\.[cm]?[jt]sx?$/.test(entry.name) || (under === 'bin' && !entry.name.includes('.')))
      yield path;
  }
}

const marker = /\/\*FIX(\d*)\*\//g;

/** The calls behind FIX comments, in the order of their numbers: file, 1-based line and column. */
export function markedCalls(folder) {
  const found = [];
  for (const file of sourcesOf(folder)) {
    const text = readFileSync(join(folder, file), 'utf8').replace(/^\uFEFF/, '');
    for (const match of text.matchAll(marker)) {
      const end = match.index + match[0].length;
      const above = text.slice(0, end).split('\n');
      // A marked `.method()` of a chain is found by its name.
      const column = above.at(-1).length + (text[end] === '.' ? 2 : 1);
      found.push({ file, line: above.length, column, number: Number(match[1]) });
    }
  }
  return found.sort((a, b) => a.number - b.number);
}
