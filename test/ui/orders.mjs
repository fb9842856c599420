import assert from 'node:assert/strict';
import { scryptSync } from 'node:crypto';
import { readFile, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { eventually } from './support/eventually.mjs';
import { copyOrders, startOrders } from './support/ordersApp.mjs';
import { Workbench } from './support/workbench.mjs';

/** Longer than the minute after which the last report is too large for one write to a pipe. */
const RECORDED_S = 64;
const LARGE_REPORT = 200_000;
const FILE = 'src/routes/accounts.ts';
const FIXED = { call: 'scryptSync(', route: '/partner-key' };
const REVIEWED = {
  file: 'src/routes/reports.ts',
  call: 'deflateSync(JSON',
  assumption: 'archives is used before and after',
};
const ROUTES = ['/login', FIXED.route, '/revenue', '/archive'];

/**
 * A person's own TypeScript app under `tsx watch`, without an inspector and without the executor.
 * @param {object} stage
 * @param {Awaited<ReturnType<typeof import('../../scripts/host/codeServer.mjs').startCodeServer>>} stage.server
 * @param {import('playwright-core').Browser} stage.browser
 * @param {string} stage.home where the app is copied to
 * @param {string} stage.shots where screenshots go
 * @param {{ width: number, height: number }} stage.size
 * @param {(() => unknown)[]} stage.cleanup
 * @returns {import('./support/runChecks.mjs').Check[]}
 */
export function ordersChecks(stage) {
  /** @type {{ app: Awaited<ReturnType<typeof startOrders>>, workbench: Workbench, folder: string }} */
  let play;
  const checks = [
    {
      title:
        'a TypeScript app under tsx watch is attached to by the picker, which asks before it opens the inspector',
      check: async () => {
        play = await open(stage);
        await attach(play.workbench, 'orders');
      },
    },
    {
      title: `after ${String(RECORDED_S)} s a session with a large report stops with its findings`,
      check: () => longSession(play),
    },
    { title: 'the export of that session is larger than 200 KB', check: () => exported(play) },
    { title: 'a restart without a change gives no verdict', check: () => restarted(play) },
    {
      title: 'a fix that needs the executor installs it before the watching app restarts',
      check: () => fixed(play),
    },
    { title: 'after the fix five calls give the verdict', check: () => proven(play) },
    { title: 'stopped, no message speaks of an error', check: () => ended(play) },
    {
      title: 'a fix that needs review lists what it assumes, with the place, before it is applied',
      check: () => reviewed(play),
    },
  ];
  return checks.map((check) => ({
    ...check,
    chain: 'orders',
    screenshot: (name) => play?.workbench.screenshot(name),
  }));
}

async function open({ server, browser, home, shots, size, cleanup }) {
  const folder = path.join(home, 'orders');
  await copyOrders(folder);
  const app = await startOrders(folder);
  cleanup.push(() => app.stop());
  const page = await browser.newPage({ viewport: size });
  const workbench = new Workbench(page, shots, 'orders-');
  const file = server.remoteUri(path.join(folder, FILE));
  await page.goto(server.urlOf(folder, [['openFile', file]]));
  await page.locator('.tab.active', { hasText: path.basename(FILE) }).waitFor();
  return { app, workbench, folder };
}

async function attach(workbench, name) {
  await workbench.runCommand('Offloop: Attach to Node Process');
  const row = workbench.rows.filter({ hasText: 'server.ts' }).filter({ hasNotText: 'watch' }).first();
  await row.waitFor();
  await workbench.screenshot(`${name}-picker`);
  await row.click();
  const dialog = workbench.page.locator('.monaco-dialog-box');
  await dialog.getByText('every user of this machine can run code').waitFor();
  await workbench.screenshot(`${name}-confirmation`);
  await dialog.getByRole('button', { name: 'Open Inspector' }).click();
  await eventually('the status bar counts the seconds of the session', async () =>
    /\d\d:\d\d/.test(await workbench.statusBar.innerText()),
  );
}

/** Seconds that the status bar shows. */
async function recordedSeconds(workbench) {
  const [, minutes, seconds] = /(\d\d):(\d\d)/.exec(await workbench.statusBar.innerText()) ?? [];
  return Number(minutes) * 60 + Number(seconds);
}

async function longSession({ app, workbench }) {
  while (!((await recordedSeconds(workbench)) >= RECORDED_S))
    for (const route of ROUTES) await app.ask(route);
  await workbench.page.locator('.activitybar [aria-label^="Offloop"]').first().click();
  await workbench.screenshot('long-recording');
  await workbench.runCommand('Offloop: Stop');
  const rows = workbench.page.locator('.pane-body .monaco-list-row');
  await rows.filter({ hasText: 'scryptSync' }).first().waitFor();
  await workbench.lenses.filter({ hasText: 'blocked the loop' }).first().waitFor();
  await workbench.screenshot('long-stopped');
  const session = await rows.filter({ hasText: 'server.ts' }).first().innerText();
  assert.doesNotMatch(session, /failed|recording/);
  assert.match(session, /\d+ findings/);
}

async function exported({ workbench, folder }) {
  const file = path.join(folder, 'offloop-server.ts.json');
  await workbench.runCommand('Offloop: Export Session');
  const forms = workbench.page.locator('.quick-input-widget', { hasText: 'Export the session as' });
  await forms.locator('.monaco-list-row', { hasText: 'Markdown' }).waitFor();
  await workbench.screenshot('export-forms');
  await workbench.rows.filter({ hasText: 'JSON' }).first().click();
  // The palette, which closes, is the same widget.
  const dialog = workbench.page.locator('.quick-input-widget', { hasText: /Export the session(?! as)/ });
  const input = dialog.locator('input').first();
  // The dialog shows itself before it shows the name that it proposes.
  await eventually(
    'the dialog proposes a file',
    async () => (await input.inputValue()) === file && (await dialog.innerText()).includes('package.json'),
  );
  await workbench.page.keyboard.press('Enter');
  const { size } = await eventually('the report is written', () => stat(file).catch(() => null));
  const report = JSON.parse(
    await eventually('the report is whole', async () => {
      const text = await readFile(file, 'utf8');
      return text.endsWith('}\n') && text;
    }),
  );
  console.log(`    ${String(report.blocks.length)} blocks, ${String((await stat(file)).size)} bytes`);
  assert.ok(size > 0 && (await stat(file)).size > LARGE_REPORT);
  const call = report.findings.find(({ callSite }) => callSite?.callee === 'scryptSync');
  assert.ok(call.remedies.some(({ kind, refusal }) => kind === 'thread' && refusal === null));
}

async function restarted({ app, workbench, folder }) {
  await attach(workbench, 'again');
  await askAll(app, 8);
  await eventually('numbers stand at the ends of lines', async () =>
    (await workbench.lineEndTexts()).some((text) => /\d+×/.test(text)),
  );
  const { starts } = app;
  const before = await recordedPid(workbench);
  const now = new Date();
  await utimes(path.join(folder, 'src', 'server.ts'), now, now);
  await app.restarted(starts);
  await followed(workbench, before);
  await askAll(app, 8);
  // What is asked for is measured again; what is not asked for is not gone.
  await eventually('the restarted app is measured', async () =>
    /[1-9]\d* blocks/.test(await workbench.statusBar.innerText()),
  );
  await workbench.screenshot('restarted-unchanged');
  assert.doesNotMatch((await workbench.lineEndTexts()).join('\n'), /✓|still blocks/);
}

async function fixed({ app, workbench, folder }) {
  const file = path.join(folder, FILE);
  await workbench.goTo(...(await positionOf(file, FIXED.call)));
  const move = workbench.actions.filter({ hasText: /^Run in a worker thread/ }).first();
  await workbench.retried('the quick-fix menu opens', async (timeout) => {
    await workbench.page.keyboard.press('Control+.');
    await move.waitFor({ timeout });
  });
  await workbench.screenshot('lightbulb');
  const { starts } = app;
  const before = await recordedPid(workbench);
  await move.click();
  await eventually('the fix is on disk', async () => /await toThread\(/.test(await readFile(file, 'utf8')));
  await readFile(path.join(folder, 'node_modules', '@offloop', 'executor', 'package.json'));
  await workbench.screenshot('installed-and-fixed');
  await app.restarted(starts);
  assert.doesNotMatch(app.said, /ERR_MODULE_NOT_FOUND/);
  const key = scryptSync('partner', 'orders', 32, { N: 2 ** 14 }).toString('base64url');
  assert.deepEqual(JSON.parse(await app.ask(FIXED.route)), { key });
  await followed(workbench, before);
}

async function proven({ app, workbench }) {
  await eventually('the finding says that the block is gone', async () => {
    for (const route of ['/login', FIXED.route]) await app.ask(route);
    return (await workbench.lineEndTexts()).some((text) => text.includes('✓'));
  });
  await workbench.screenshot('proof');
  const texts = await workbench.lineEndTexts();
  // The other call was not changed.
  assert.equal(texts.filter((text) => text.includes('✓')).length, 1, texts.join('\n'));
}

async function ended({ workbench }) {
  await workbench.runCommand('Offloop: Stop');
  await workbench.lenses.filter({ hasText: '✓' }).first().waitFor();
  await workbench.screenshot('proof-lens');
  const toasts = (await workbench.toasts()).join('\n');
  assert.doesNotMatch(toasts, /failed|unexpectedly|not found|log says/i);
}

async function reviewed({ workbench, folder }) {
  const file = path.join(folder, REVIEWED.file);
  await workbench.openFile(REVIEWED.file);
  await workbench.lenses.first().waitFor();
  await workbench.goTo(...(await positionOf(file, REVIEWED.call)));
  const fix = workbench.actions.filter({ hasText: /^Use the async.*\(needs review\)/ }).first();
  await workbench.retried('the quick-fix menu opens', async (timeout) => {
    await workbench.page.keyboard.press('Control+.');
    await fix.waitFor({ timeout });
  });
  await workbench.screenshot('needs-review');
  await fix.click();
  const panel = workbench.page.locator('.bulk-edit-panel');
  await panel.locator('.monaco-list-row', { hasText: REVIEWED.assumption }).first().waitFor();
  await workbench.screenshot('assumptions');
  assert.doesNotMatch(await readFile(file, 'utf8'), /await deflate/);
  await panel.getByRole('button', { name: 'Apply' }).click();
  await workbench.page
    .locator('.view-line', { hasText: /await\sdeflate/ })
    .first()
    .waitFor();
  await workbench.screenshot('reviewed');
}

async function askAll(app, times) {
  for (let count = 0; count < times; count += 1)
    for (const route of ['/login', FIXED.route]) await app.ask(route);
}

/** The session that records, as its row says it. */
const recordedRow = (workbench) =>
  workbench.page.locator('.pane-body .monaco-list-row', { hasText: /server\.ts.*recording/ }).first();

/** The process that is recorded. */
async function recordedPid(workbench) {
  const [, pid] = /pid (\d+)/.exec(await recordedRow(workbench).innerText()) ?? [];
  return pid;
}

/** The session follows a restarted app within seconds; until then nobody sees what it is asked. */
const followed = (workbench, before) =>
  eventually('the session follows the restart', async () => (await recordedPid(workbench)) !== before);

/**
 * Line and column, 1-based, of the name of a call.
 * @param {string} file
 * @param {string} call
 * @returns {Promise<[number, number]>}
 */
async function positionOf(file, call) {
  const lines = (await readFile(file, 'utf8')).split('\n');
  const line = lines.findIndex((text) => text.includes(call));
  return [line + 1, lines[line].indexOf(call) + 1];
}
