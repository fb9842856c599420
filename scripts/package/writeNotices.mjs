import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';
import { withoutS3 } from '../bundlePlugins.mjs';

const ENTRIES = ['extension', 'cli', 'processes/recorder', 'processes/planner'];
const LICENCE_FILE = /^(licen[cs]e|copying|notice|thirdpartynotice)/i;

/**
 * Writes the licences of everything that the bundles contain. The list comes from the bundler, so that a new
 * dependency cannot be forgotten.
 * @param {string} root
 * @param {string} file
 */
export async function writeNotices(root, file) {
  const sections = [];
  for (const folder of await bundledPackages(root)) sections.push(await noticeOf(path.join(root, folder)));
  const head = 'Offloop contains the following third-party software.\n';
  await writeFile(file, [head, ...sections].join(`\n${'='.repeat(80)}\n`));
}

/**
 * @param {string} root
 * @returns {Promise<string[]>} package folders relative to root, sorted
 */
async function bundledPackages(root) {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ENTRIES.map((name) => `src/${name}.ts`),
    outdir: 'unused',
    bundle: true,
    platform: 'node',
    target: 'node20',
    // TypeScript is a file of its own; reading it again would only cost time.
    external: ['vscode', 'typescript'],
    plugins: [withoutS3],
    write: false,
    metafile: true,
    logLevel: 'error',
  });
  const folders = new Set(['node_modules/typescript']);
  for (const input of Object.keys(metafile.inputs)) {
    const folder = /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(input)?.[0];
    if (folder !== undefined) folders.add(folder);
  }
  return [...folders].sort();
}

/** @param {string} folder */
async function noticeOf(folder) {
  const { name, version, license } = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'));
  const files = (await readdir(folder)).filter((entry) => LICENCE_FILE.test(entry)).sort();
  const texts = await Promise.all(files.map((entry) => readFile(path.join(folder, entry), 'utf8')));
  if (texts.length === 0) texts.push(`(${String(license)}; the package carries no licence text)`);
  return `${name} ${version} (${String(license)})\n\n${texts.map((text) => text.trim()).join('\n\n')}\n`;
}
