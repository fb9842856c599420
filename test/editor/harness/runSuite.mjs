import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { removeFolder, startCodeServer } from '../../../scripts/host/codeServer.mjs';
import { bundleSuite } from './bundleSuite.mjs';
import { errorsOfOffloop } from './logErrors.mjs';

/** A window that has not finished by then hangs. Generous: the first activation alone takes 15 s on a busy machine. */
const WINDOW_LIMIT_MS = 240_000;
const ROOT = path.resolve(import.meta.dirname, '..', '..', '..');

/**
 * @typedef {object} TestResult
 * @property {string} title
 * @property {string | null} error
 */

/**
 * Runs one suite inside the extension host of a window of its own, on a copy of its scenario; what it has for a second
 * window runs there after the first was closed.
 * @param {import('./listSuites.mjs').Suite} suite
 * @param {{ host: import('../../../scripts/host/hosts.mjs').Host, vsix: string, browser: import('playwright-core').Browser }} options
 * @returns {Promise<TestResult[]>}
 */
export async function runSuite(suite, { host, vsix, browser }) {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'offloop-editor-'));
  const built = path.join(ROOT, 'dist-test', `editor-${path.basename(folder)}`);
  const workspace = path.join(folder, 'workspace');
  const resultFile = path.join(folder, 'result.json');
  try {
    await cp(suite.scenario, workspace, { recursive: true });
    const driver = await writeDriver(path.join(folder, 'driver'));
    const env = { OFFLOOP_TEST_RESULT: resultFile, OFFLOOP_TEST_WORKSPACE: workspace };
    const server = await startCodeServer({
      host,
      vsix,
      env,
      home: path.join(folder, 'home'),
      testDriver: true,
    });
    try {
      const results = [];
      for (const [index, file] of [suite.file, suite.again].filter((each) => each !== null).entries()) {
        const tests = path.join(built, String(index), 'index.js');
        await bundleSuite(file, tests);
        await rm(resultFile, { force: true });
        await runWindow(browser, server, {
          workspace,
          driver,
          tests,
          screenshot: screenshotFile(suite, host),
        });
        results.push(...(await readResults(resultFile)));
      }
      const errors = errorsOfOffloop(await server.extensionHostLog());
      return [...results, logTest(errors)];
    } finally {
      await server.stop();
    }
  } finally {
    await removeFolder(built);
    await removeFolder(folder);
  }
}

/**
 * The workbench accepts extension tests only beside an extension under development: an empty one. The extension
 * under test is the installed package.
 * @param {string} folder
 */
async function writeDriver(folder) {
  await mkdir(folder);
  const manifest = { name: 'suite-driver', publisher: 'offloop', version: '0.0.0', engines: { vscode: '*' } };
  await writeFile(path.join(folder, 'package.json'), JSON.stringify(manifest));
  return folder;
}

/**
 * @param {import('playwright-core').Browser} browser
 * @param {Awaited<ReturnType<typeof startCodeServer>>} server
 * @param {{ workspace: string, driver: string, tests: string, screenshot: string }} what
 */
async function runWindow(browser, server, what) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  try {
    const ended = new Promise((resolve) => void page.exposeFunction('codeAutomationExit', resolve));
    await page.exposeFunction('codeAutomationLog', () => undefined);
    const payload = [
      ['extensionDevelopmentPath', server.remoteUri(what.driver)],
      ['extensionTestsPath', server.remoteUri(what.tests)],
    ];
    await page.goto(server.urlOf(what.workspace, payload));
    const code = await withLimit(ended, WINDOW_LIMIT_MS);
    if (code !== 0) await page.screenshot({ path: what.screenshot });
  } finally {
    await page.close();
  }
}

/**
 * @template T
 * @param {Promise<T>} promise
 * @param {number} limitMs
 * @returns {Promise<T | undefined>} undefined when the limit passed
 */
async function withLimit(promise, limitMs) {
  let timer;
  const limit = new Promise((resolve) => {
    timer = setTimeout(resolve, limitMs, undefined);
  });
  try {
    return await Promise.race([promise, limit]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * @param {string} file
 * @returns {Promise<TestResult[]>}
 */
async function readResults(file) {
  try {
    const results = JSON.parse(await readFile(file, 'utf8'));
    if (results.length > 0) return results;
    return [{ title: 'the suite holds at least one test', error: 'no test ran' }];
  } catch (error) {
    return [{ title: 'the suite runs to its end', error: `no result: ${error.message}` }];
  }
}

/**
 * @param {readonly string[]} errors
 * @returns {TestResult}
 */
function logTest(errors) {
  return {
    title: 'the extension host logs no error about Offloop',
    error: errors.length === 0 ? null : errors.join('\n'),
  };
}

/**
 * @param {import('./listSuites.mjs').Suite} suite
 * @param {import('../../../scripts/host/hosts.mjs').Host} host
 */
function screenshotFile(suite, host) {
  return path.join(ROOT, 'test-results', 'editor', `${suite.name}-${host.vscode}.png`);
}
