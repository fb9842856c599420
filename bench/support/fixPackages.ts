import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

/** Published packages that serve requests or work in servers, and whose own source has `*Sync` calls, at fixed versions. */
export const fixPackages: Readonly<Record<string, string>> = {
  '@11ty/eleventy': '3.1.8',
  apimocker: '1.1.6',
  'better-sqlite3-helper': '3.1.7',
  configstore: '5.0.1',
  cosmiconfig: '9.0.2',
  ejs: '3.1.10',
  'email-templates': '12.0.3',
  'express-fileupload': '1.5.2',
  'express-handlebars': '8.0.1',
  'file-stream-rotator': '0.6.1',
  'flat-cache': '4.0.1',
  formidable: '3.5.4',
  'geoip-lite': '1.4.10',
  hbs: '4.3.1',
  'html-pdf': '3.0.1',
  'http-server': '14.1.1',
  i18n: '0.15.4',
  'i18next-fs-backend': '2.6.10',
  'json-server': '0.17.4',
  'live-server': '1.2.2',
  log4js: '6.9.1',
  lowdb: '1.0.0',
  mockserver: '3.1.1',
  multer: '1.4.4',
  'node-localstorage': '3.0.5',
  'node-persist': '2.1.0',
  nodemailer: '6.10.1',
  nunjucks: '3.2.4',
  'pug-load': '3.0.0',
  rc: '1.2.8',
  'reveal-md': '6.1.4',
  'serve-index': '1.9.2',
  'session-file-store': '1.5.0',
  soap: '1.13.0',
  streamroller: '3.1.5',
  stubby: '5.1.1',
  stylus: '0.64.0',
  'verdaccio-htpasswd': '10.5.5',
};

/** Where the packages are installed: once for all runs. */
const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
const home = resolve(cache, 'offloop', 'fix-packages');

async function versionOf(name: string): Promise<string | null> {
  const path = join(home, 'node_modules', name, 'package.json');
  const text = await readFile(path, 'utf8').catch(() => null);
  return text === null ? null : (JSON.parse(text) as { readonly version: string }).version;
}

/** Installs what the cache lacks, without running any script of the packages. */
export async function installPackages(): Promise<void> {
  const wanted = Object.entries(fixPackages);
  const found = await Promise.all(wanted.map(([name]) => versionOf(name)));
  if (wanted.every(([, version], index) => found[index] === version)) return;
  await mkdir(home, { recursive: true });
  await writeFile(join(home, 'package.json'), '{ "private": true }\n');
  const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--legacy-peer-deps', '--save-exact'];
  const specs = wanted.map(([name, version]) => `${name}@${version}`);
  await promisify(execFile)('npm', ['install', ...options, ...specs], { cwd: home, maxBuffer: 2 ** 26 });
}

/** Puts a package by itself, as if somebody worked on it: its files, with the installed packages beside them. */
export async function projectOfPackage(name: string, folder: string): Promise<string> {
  const root = join(folder, name.replace('/', '+'));
  const from = join(home, 'node_modules', name);
  await rm(root, { recursive: true, force: true });
  await cp(from, root, {
    recursive: true,
    filter: (path) => !path.slice(from.length).includes('node_modules'),
  });
  await symlink(join(home, 'node_modules'), join(root, 'node_modules'));
  return root;
}
