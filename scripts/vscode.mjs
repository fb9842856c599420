// `npm run vscode`: a real VS Code in the browser, the extension installed, a copy of the demo open and running.
// Usage: node scripts/vscode.mjs [--vscode 1.139] [--port 8123] [--folder DIR] [--no-open]
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { removeFolder, startCodeServer } from './host/codeServer.mjs';
import { copyDemo, startDemo } from './host/demoShop.mjs';
import { hostOf } from './host/hosts.mjs';
import { installHost } from './host/installHost.mjs';
import { makePackage } from './package/makePackage.mjs';

const { values } = parseArgs({
  options: {
    vscode: { type: 'string' },
    port: { type: 'string' },
    folder: { type: 'string' },
    open: { type: 'boolean', default: true },
  },
  allowNegative: true,
});

// Listened to from the start: a Ctrl+C while things come up must take them down again too.
const interrupted = Promise.race(['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => once(process, signal)));
const host = hostOf(values.vscode);
await installHost(host, (line) => console.log(line));
const home = await mkdtemp(path.join(os.tmpdir(), 'offloop-vscode-'));
const folder = values.folder === undefined ? path.join(home, 'demo') : path.resolve(values.folder);
let shop;
let server;
try {
  if (values.folder === undefined) shop = await openShop();
  const { file: vsix } = await makePackage(path.join(home, 'offloop.vsix'));
  const port = values.port === undefined ? undefined : Number(values.port);
  server = await startCodeServer({ host, home, vsix, port });
  const url = server.urlOf(folder, shop && [['openFile', server.remoteUri(path.join(folder, 'routes.js'))]]);
  console.log(`VS Code ${host.vscode} with Offloop: ${url}`);
  console.log('Command palette (F1): "Offloop: Attach to Node Process…". Ctrl+C here ends everything.');
  if (values.open) openBrowser(url);
  await interrupted;
} finally {
  await server?.stop();
  await shop?.stop();
  await removeFolder(home);
}

async function openShop() {
  await copyDemo(folder);
  const started = await startDemo(folder);
  started.startLoad();
  console.log(`The demo shop runs under load on ${started.url}; its folder is ${folder}`);
  return started;
}

/** @param {string} url */
function openBrowser(url) {
  const hasDisplay = Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
  if (process.platform === 'linux' && !hasDisplay) return;
  const opener = { darwin: 'open', linux: 'xdg-open' }[process.platform];
  if (opener === undefined) return;
  // The URL is printed already: whoever has no opener uses that.
  spawn(opener, [url], { stdio: 'ignore', detached: true })
    .once('error', () => undefined)
    .unref();
}
