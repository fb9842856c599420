// Plays two stories in a real VS Code, takes screenshots, and prints `N passed, N failed` last.
// Usage: node test/ui/run.mjs [--vscode 1.139] [--vsix offloop.vsix] [--theme "Default Light Modern"] [demo | orders]
import { mkdir, mkdtemp } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { launchBrowser } from '../../scripts/host/browser.mjs';
import { ensureChromium } from '../../scripts/host/chromium.mjs';
import { removeFolder, startCodeServer } from '../../scripts/host/codeServer.mjs';
import { copyDemo, startDemo } from '../../scripts/host/demoShop.mjs';
import { hostOf } from '../../scripts/host/hosts.mjs';
import { installHost } from '../../scripts/host/installHost.mjs';
import { makePackage } from '../../scripts/package/makePackage.mjs';
import { hostKilledChecks } from './hostKilled.mjs';
import { logChecks } from './logChecks.mjs';
import { ordersChecks } from './orders.mjs';
import { resultChecks } from './results.mjs';
import { storyChecks } from './story.mjs';
import { runChecks } from './support/runChecks.mjs';
import { Workbench } from './support/workbench.mjs';

const SIZE = { width: 1560, height: 900 };
const { values, positionals } = parseArgs({
  options: { vscode: { type: 'string' }, vsix: { type: 'string' }, theme: { type: 'string' } },
  allowPositionals: true,
});
const plays = (story) => positionals.length === 0 || positionals.includes(story);
const host = hostOf(values.vscode);
const shots = path.resolve(import.meta.dirname, '..', '..', 'test-results', 'ui');

await ensureChromium(console.log);
await installHost(host, console.log);
const home = await mkdtemp(path.join(os.tmpdir(), 'offloop-ui-'));
const folder = path.join(home, 'demo');
/** What has to be ended, in the order of starting. */
const cleanup = [() => removeFolder(home)];
try {
  await play();
} finally {
  for (const end of cleanup.reverse()) await end();
}

async function play() {
  await removeFolder(shots);
  await mkdir(shots, { recursive: true });
  const vsix = values.vsix ?? (await makePackage(path.join(home, 'offloop.vsix'))).file;
  const settings = {
    'editor.minimap.enabled': false,
    ...(values.theme === undefined ? {} : { 'workbench.colorTheme': values.theme }),
  };
  const server = await startCodeServer({ host, home, vsix, settings });
  cleanup.push(() => server.stop());
  const browser = await launchBrowser();
  cleanup.push(() => browser.close());
  const checks = [
    ...(plays('demo') ? await demoChecks(server, browser) : []),
    ...(plays('orders') ? ordersChecks({ server, browser, home, shots, size: SIZE, cleanup }) : []),
  ];
  await runChecks(checks);
}

/** The story of the demo shop, on one page that is open from the beginning. */
async function demoChecks(server, browser) {
  await copyDemo(folder);
  const shop = await startDemo(folder);
  cleanup.push(() => shop.stop());
  const page = await browser.newPage({ viewport: SIZE });
  const workbench = new Workbench(page, shots);
  await page.goto(
    server.urlOf(folder, [['openFile', server.remoteUri(path.join(folder, 'routes/account.js'))]]),
  );
  const stage = { workbench, shop, folder, server };
  const checks = [
    ...storyChecks(stage),
    ...resultChecks(stage),
    ...logChecks(server),
    ...hostKilledChecks(stage),
  ];
  return checks.map((check) => ({ ...check, screenshot: (name) => workbench.screenshot(name) }));
}
