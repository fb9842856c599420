import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findFiles } from './findFiles.mjs';
import { freePort } from './freePort.mjs';
import { hostPaths } from './installHost.mjs';
import { runTool } from './runTool.mjs';

/** A server that is not up by then will not come up. */
const READY_WITHIN_MS = 60_000;
const POLL_MS = 100;
const STOP_WITHIN_MS = 5000;

/** A quiet, reproducible window: nothing pops up, nothing is fetched, nothing depends on the day. */
const QUIET_SETTINGS = {
  'workbench.startupEditor': 'none',
  'chat.disableAIFeatures': true,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'telemetry.telemetryLevel': 'off',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'update.mode': 'none',
  'workbench.enableExperiments': false,
  'git.enabled': false,
  'typescript.disableAutomaticTypeAcquisition': true,
  'workbench.colorTheme': 'Default Dark Modern',
  'security.workspace.trust.enabled': false,
};

/**
 * @typedef {object} ServerOptions
 * @property {import('./hosts.mjs').Host} host
 * @property {string} home the folder for everything this server writes; made when missing
 * @property {string} vsix the extension to install
 * @property {Record<string, unknown>} [settings] user settings on top of the quiet ones
 * @property {Record<string, string>} [env] environment that the extension host sees
 * @property {boolean} [testDriver] honour extension tests in the URL (notifications are then not shown)
 * @property {number} [port] loopback port; any free one when absent
 */

/**
 * Starts a VS Code server with the extension installed, all its state under one folder.
 * @param {ServerOptions} options
 */
export async function startCodeServer(options) {
  const { host, home } = options;
  const paths = hostPaths(host);
  const folders = { user: path.join(home, 'user'), extensions: path.join(home, 'extensions') };
  const env = await prepareHome(options, folders);
  const common = ['--config', path.join(home, 'config.yaml')];
  common.push('--user-data-dir', folders.user, '--extensions-dir', folders.extensions);
  const install = [paths.entry, ...common, '--install-extension', options.vsix, '--force'];
  await runTool(paths.node, install, { env });
  const port = options.port ?? (await freePort());
  const child = spawn(paths.node, [paths.entry, ...common, ...serverArguments(options, port)], {
    env,
    cwd: home,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const server = new CodeServer(child, port, folders.user);
  await server.ready();
  return server;
}

/**
 * @param {ServerOptions} options
 * @param {number} port
 */
function serverArguments(options, port) {
  return [
    ...['--bind-addr', `127.0.0.1:${String(port)}`, '--auth', 'none', '--disable-telemetry'],
    ...['--disable-update-check', '--disable-workspace-trust', '--disable-getting-started-override'],
    ...['--disable-proxy', '--ignore-last-opened'],
    ...(options.testDriver ? options.host.testArguments : []),
  ];
}

/**
 * @param {ServerOptions} options
 * @param {{ user: string, extensions: string }} folders
 */
async function prepareHome(options, folders) {
  const { home } = options;
  await mkdir(path.join(folders.user, 'User'), { recursive: true });
  await mkdir(folders.extensions, { recursive: true });
  await writeFile(path.join(home, 'config.yaml'), '');
  const settings = JSON.stringify({ ...QUIET_SETTINGS, ...options.settings }, null, 2);
  await writeFile(path.join(folders.user, 'User', 'settings.json'), settings);
  const own = (name) => path.join(home, name);
  return {
    ...process.env,
    HOME: home,
    XDG_CACHE_HOME: own('.cache'),
    XDG_CONFIG_HOME: own('.config'),
    XDG_DATA_HOME: own('.local'),
    XDG_RUNTIME_DIR: home,
    // Without it the workbench asks a public gallery.
    EXTENSIONS_GALLERY: '{}',
    ...options.env,
  };
}

/** A running VS Code server; stop it, and all processes that it started are gone. */
class CodeServer {
  #child;
  #output = '';
  #onExit;

  /**
   * @param {import('node:child_process').ChildProcess} child
   * @param {number} port
   * @param {string} userFolder
   */
  constructor(child, port, userFolder) {
    this.#child = child;
    this.port = port;
    this.pid = child.pid;
    this.userFolder = userFolder;
    const keep = (chunk) => {
      this.#output += String(chunk);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    // The server leads a process group of its own: it would survive a runner that ends early.
    this.#onExit = () => this.#signal('SIGKILL');
    process.once('exit', this.#onExit);
  }

  /** The address of the workbench. */
  get origin() {
    return `http://127.0.0.1:${String(this.port)}`;
  }

  /**
   * The address that opens a folder (or a .code-workspace file).
   * @param {string} folder
   * @param {readonly (readonly [string, string])[]} [payload] what the workbench does at start
   */
  urlOf(folder, payload = []) {
    const kind = folder.endsWith('.code-workspace') ? 'workspace' : 'folder';
    const url = new URL(`/?${kind}=${encodeURIComponent(folder)}`, this.origin);
    if (payload.length > 0) url.searchParams.set('payload', JSON.stringify(payload));
    return url.href;
  }

  /**
   * The address of a file as the workbench names it.
   * @param {string} file
   */
  remoteUri(file) {
    return `vscode-remote://127.0.0.1:${String(this.port)}${file}`;
  }

  /** Waits until the server answers. */
  async ready() {
    const until = Date.now() + READY_WITHIN_MS;
    for (;;) {
      if (this.#child.exitCode !== null) throw new Error(`code-server ended:\n${this.#output}`);
      const answer = await fetch(`${this.origin}/healthz`).catch(() => undefined);
      if (answer?.ok) return;
      if (Date.now() > until) {
        await this.stop();
        throw new Error(`code-server did not answer in ${String(READY_WITHIN_MS)} ms:\n${this.#output}`);
      }
      await delay(POLL_MS);
    }
  }

  /** Ends the server and its process group. */
  async stop() {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#signal('SIGTERM');
    const graceful = await Promise.race([
      ended.then(() => true),
      delay(STOP_WITHIN_MS, false, { ref: false }),
    ]);
    // The extension host outlives a polite server by some seconds: take the whole group down.
    this.#signal('SIGKILL');
    if (!graceful) await ended;
    process.removeListener('exit', this.#onExit);
  }

  /** @param {NodeJS.Signals} name */
  #signal(name) {
    try {
      process.kill(-this.#child.pid, name);
    } catch (error) {
      if (error.code !== 'ESRCH') throw error;
    }
  }

  /** The text of the extension-host logs of this server. */
  async extensionHostLog() {
    const logs = path.join(this.userFolder, 'logs');
    const files = await findFiles(logs, (name) => name === 'remoteexthost.log');
    return (await Promise.all(files.map((file) => readFile(file, 'utf8')))).join('\n');
  }
}

/**
 * Removes a folder in which a process that was just killed may still be writing.
 * @param {string} folder
 */
export async function removeFolder(folder) {
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}
