// Runs the editor suites inside the extension host of a real VS Code and prints `N passed, N failed` last.
// Usage: node test/editor/run.mjs [--vscode 1.139] [--vsix offloop.vsix] [suite name …]
import path from 'node:path';
import { parseArgs } from 'node:util';
import { launchBrowser } from '../../scripts/host/browser.mjs';
import { ensureChromium } from '../../scripts/host/chromium.mjs';
import { HOSTS, hostOf } from '../../scripts/host/hosts.mjs';
import { installHost } from '../../scripts/host/installHost.mjs';
import { makePackage } from '../../scripts/package/makePackage.mjs';
import { listSuites } from './harness/listSuites.mjs';
import { runSuite } from './harness/runSuite.mjs';

const { values, positionals } = parseArgs({
  options: { vscode: { type: 'string', multiple: true }, vsix: { type: 'string' } },
  allowPositionals: true,
});
const say = (line) => console.log(line);

const hosts = values.vscode === undefined ? HOSTS : values.vscode.map(hostOf);
const all = await listSuites();
const unknown = positionals.filter((name) => !all.some((suite) => suite.name === name));
if (unknown.length > 0) throw new Error(`No such suite: ${unknown.join(', ')}`);
const suites = positionals.length === 0 ? all : all.filter((suite) => positionals.includes(suite.name));

await ensureChromium(say);
for (const host of hosts) await installHost(host, say);
const vsix = values.vsix === undefined ? (await makePackage()).file : path.resolve(values.vsix);
const counts = { passed: 0, failed: 0 };
const browser = await launchBrowser();
try {
  for (const host of hosts) {
    for (const suite of suites) report(host, suite, await runSuite(suite, { host, vsix, browser }));
  }
} finally {
  await browser.close();
}
say(`${String(counts.passed)} passed, ${String(counts.failed)} failed`);
process.exitCode = counts.failed > 0 ? 1 : 0;

/**
 * @param {import('../../scripts/host/hosts.mjs').Host} host
 * @param {import('./harness/listSuites.mjs').Suite} suite
 * @param {readonly import('./harness/runSuite.mjs').TestResult[]} results
 */
function report(host, suite, results) {
  say(`\n${suite.name} on VS Code ${host.vscode}`);
  for (const { title, error } of results) {
    counts[error === null ? 'passed' : 'failed'] += 1;
    say(`  ${error === null ? '✓' : '✗'} ${title}`);
    if (error !== null) say(error.replaceAll(/^/gm, '      '));
  }
}
