// What Offloop costs when a VS Code window starts: the time to load its bundle, and the activation time that VS Code itself
// measures. Run `npm run build` first.
//   npm run bench -- activation [--vscode 1.139 --windows 5]
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { launchBrowser } from '../scripts/host/browser.mjs';
import { removeFolder, startCodeServer } from '../scripts/host/codeServer.mjs';
import { hostOf } from '../scripts/host/hosts.mjs';
import { installHost } from '../scripts/host/installHost.mjs';
import { makePackage } from '../scripts/package/makePackage.mjs';
import { Workbench } from '../test/ui/support/workbench.mjs';

const LOADS = 15;
const BUNDLE = path.resolve(import.meta.dirname, '..', 'dist', 'extension.js');
/** Work of a fixed size, so that figures of two machines can be compared. */
const CALIBRATION = `
  const { createHash } = require('node:crypto');
  const startedAt = performance.now();
  for (let round = 0; round < 20000; round += 1) createHash('sha256').update('offloop').digest();
  console.log(performance.now() - startedAt);`;
const LOAD = `
  const Module = require('node:module');
  const load = Module._load;
  const anything = new Proxy(function () {}, {
    get: (_, name) => (name === 'prototype' ? {} : name === Symbol.toPrimitive ? () => '' : anything),
    apply: () => anything, construct: () => anything });
  Module._load = (name, ...rest) => (name === 'vscode' ? anything : load(name, ...rest));
  const startedAt = performance.now();
  require(process.argv[1]);
  console.log(performance.now() - startedAt);`;

const { values } = parseArgs({
  options: { vscode: { type: 'string' }, windows: { type: 'string', default: '5' } },
});
const host = hostOf(values.vscode);
await installHost(host, console.log);
row(
  'calibration: 20 000 SHA-256',
  repeated(() => timeOf(CALIBRATION)),
);
row(
  'load dist/extension.js in Node',
  repeated(() => timeOf(LOAD, BUNDLE)),
);
row(`activation in VS Code ${host.vscode}`, await activations(Number(values.windows)));

/** @param {() => number} measure */
function repeated(measure) {
  return Array.from({ length: LOADS }, measure);
}

/** @param {readonly string[]} args */
function timeOf(...args) {
  return Number(execFileSync(process.execPath, ['-e', ...args], { encoding: 'utf8' }));
}

/**
 * @param {string} title
 * @param {readonly number[]} times ms
 */
function row(title, times) {
  const sorted = times.toSorted((one, other) => one - other);
  const [low, median, high] = [0, Math.floor(sorted.length / 2), sorted.length - 1].map((at) => sorted[at]);
  const ms = (value) => `${value.toFixed(1)} ms`.padStart(10);
  console.log(
    `${title.padEnd(34)} median ${ms(median)}   ${ms(low)} to ${ms(high)}   n = ${String(times.length)}`,
  );
}

/**
 * The activation times of fresh windows, each with an extension host of its own.
 * @param {number} count
 */
async function activations(count) {
  const home = await mkdtemp(path.join(os.tmpdir(), 'offloop-bench-'));
  const folder = path.join(home, 'workspace');
  await mkdir(folder);
  await writeFile(path.join(folder, 'server.js'), 'setInterval(() => undefined, 1000);\n');
  const { file: vsix } = await makePackage(path.join(home, 'offloop.vsix'));
  const server = await startCodeServer({ host, home, vsix });
  const browser = await launchBrowser();
  try {
    const times = [];
    while (times.length < count) times.push(await activationOf(browser, server, folder));
    return times;
  } finally {
    await browser.close();
    await server.stop();
    await removeFolder(home);
  }
}

/** What "Show Running Extensions" says about Offloop in a new window. */
async function activationOf(browser, server, folder) {
  // The list of extensions only holds the rows that are on screen.
  const page = await browser.newPage({ viewport: { width: 1280, height: 3000 } });
  try {
    const workbench = new Workbench(page, folder);
    await page.goto(server.urlOf(folder, [['openFile', server.remoteUri(path.join(folder, 'server.js'))]]));
    await workbench.runCommand('Offloop: Show Log');
    await workbench.runCommand('Developer: Show Running Extensions');
    const entry = page.locator('.runtime-extensions-editor .monaco-list-row', { hasText: /Offloop/ }).first();
    const time = entry.locator('.activation-time', { hasText: /\d+\s*ms/ });
    await time.waitFor();
    return Number(/(\d+)\s*ms/.exec(await time.innerText())[1]);
  } finally {
    await page.close();
  }
}
