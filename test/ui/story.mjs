import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { eventually } from './support/eventually.mjs';

/** The file and the call that the story is about. */
const FILE = 'routes/account.js';
const CALL = 'pbkdf2Sync';
const ROUTE = '/login';

/**
 * What a person does in the first ten minutes, in order: each check goes on where the one before ended.
 * @param {object} stage
 * @param {import('./support/workbench.mjs').Workbench} stage.workbench
 * @param {Awaited<ReturnType<typeof import('../../scripts/host/demoShop.mjs').startDemo>>} stage.shop
 * @param {string} stage.folder the workspace
 * @returns {import('./support/runChecks.mjs').Check[]}
 */
export function storyChecks({ workbench, shop, folder }) {
  const file = path.join(folder, FILE);
  const ask = (times) => askRoute(shop, times);
  const checks = [
    { title: 'the palette offers to attach', check: () => palette(workbench) },
    { title: 'the picker names the running shop first', check: () => picker(workbench) },
    { title: 'the status bar shows the session', check: () => status(workbench) },
    { title: 'a block appears as a squiggle at the call while it runs', check: () => live(workbench, ask) },
    { title: 'live numbers stand at the end of the line', check: () => lineEnd(workbench) },
    { title: 'the hover explains the cause', check: () => hover(workbench, file) },
    { title: 'the sessions tree shows the finding', check: () => tree(workbench) },
    { title: 'after stop a lens stands above the call', check: () => stopped(workbench) },
    { title: 'the lightbulb offers fixes, the safest first', check: () => lightbulb(workbench, file) },
    { title: 'the async twin is written at the call and nowhere else', check: () => fix(workbench, file) },
    { title: 'saved, the shop restarts and answers as before', check: () => save(workbench, shop, ask) },
    { title: 'recorded again, the call blocks no more', check: () => proof(workbench, ask) },
  ];
  return checks.map((check) => ({ ...check, chain: 'story' }));
}

/**
 * Asks the route that blocks, one request after the other.
 * @returns {Promise<string>} the last answer
 */
async function askRoute(shop, times) {
  let text = '';
  for (let count = 0; count < times; count += 1) text = await (await fetch(shop.url + ROUTE)).text();
  return text;
}

async function palette(workbench) {
  await workbench.page.locator('.tab.active', { hasText: path.basename(FILE) }).waitFor();
  await workbench.findCommand('Offloop: Attach to Node Process');
  await workbench.screenshot('palette');
  await workbench.accept();
}

async function picker(workbench) {
  const first = workbench.rows.filter({ hasText: 'server.js' }).first();
  await first.waitFor();
  await workbench.screenshot('picker');
  await first.click();
}

async function status(workbench) {
  await eventually('the status bar counts the seconds of the session', async () =>
    /\d\d:\d\d/.test(await workbench.statusBar.innerText()),
  );
}

async function live(workbench, ask) {
  await eventually('a squiggle appears', async () => {
    await ask(2);
    return (await workbench.squiggles.count()) > 0;
  });
}

async function lineEnd(workbench) {
  const text = await eventually('numbers stand at the end of the line', async () =>
    (await workbench.lineEndTexts()).find((candidate) => /\d+×.*\d+ ms/.test(candidate)),
  );
  await workbench.screenshot('recording');
  assert.match(text, /\d+×.* · .*ms/);
}

async function hover(workbench, file) {
  await workbench.goTo(...(await positionOfCall(file)));
  const card = workbench.page.locator('.monaco-hover:visible', { hasText: /block/i }).first();
  await workbench.retried('the hover opens', async (timeout) => {
    await workbench.page.keyboard.press('Control+k');
    await workbench.page.keyboard.press('Control+i');
    await card.waitFor({ timeout });
  });
  await workbench.screenshot('hover');
  assert.match(await card.innerText(), /crypto/i);
  await workbench.page.keyboard.press('Escape');
}

/**
 * Line and column, 1-based, of the name of the call.
 * @param {string} file
 * @returns {Promise<[number, number]>}
 */
async function positionOfCall(file) {
  const lines = (await readFile(file, 'utf8')).split('\n');
  const line = lines.findIndex((text) => text.includes(CALL));
  return [line + 1, lines[line].indexOf(CALL) + 1];
}

async function tree(workbench) {
  await workbench.page.locator('.activitybar [aria-label^="Offloop"]').first().click();
  const rows = workbench.page.locator('.pane-body .monaco-list-row');
  await rows.filter({ hasText: CALL }).first().waitFor();
  await workbench.screenshot('sessions');
}

async function stopped(workbench) {
  await workbench.runCommand('Offloop: Stop');
  const lens = workbench.lenses.first();
  await lens.waitFor();
  await workbench.screenshot('lens');
  assert.match(await lens.innerText(), /\d+×/);
}

async function lightbulb(workbench, file) {
  await workbench.goTo(...(await positionOfCall(file)));
  const first = workbench.actions.filter({ hasText: /async|worker thread|await/i }).first();
  // The first request is lost while the TypeScript server starts.
  await workbench.retried('the quick-fix menu opens', async (timeout) => {
    await workbench.page.keyboard.press('Control+.');
    await first.waitFor({ timeout });
  });
  await workbench.screenshot('lightbulb');
  const titles = await workbench.actions.allInnerTexts();
  const twin = titles.findIndex((title) => /async twin/i.test(title));
  const thread = titles.findIndex((title) => /worker thread/i.test(title));
  assert.ok(twin >= 0 && twin < thread, titles.join('\n'));
}

async function fix(workbench, file) {
  const before = await readFile(file, 'utf8');
  await workbench.actions
    .filter({ hasText: /async twin/i })
    .first()
    .click();
  await workbench.page
    .locator('.view-line', { hasText: /await\s/ })
    .first()
    .waitFor();
  await workbench.screenshot('fixed');
  await workbench.page.keyboard.press('Control+k');
  await workbench.page.keyboard.press('s');
  const after = await eventually('the fix is on disk', async () => {
    const text = await readFile(file, 'utf8');
    return text !== before && text;
  });
  const lines = new Set(before.split('\n'));
  const changed = after.split('\n').filter((line) => !lines.has(line));
  assert.ok(
    changed.some((line) => line.includes('await')),
    changed.join('\n'),
  );
  // The second pbkdf2Sync, in the constructor of Session, stays.
  assert.equal(after.split(`.${CALL}(`).length, before.split(`.${CALL}(`).length - 1, after);
}

async function save(workbench, shop, ask) {
  await shop.restarted(1);
  const answer = JSON.parse(await ask(1));
  assert.equal(answer.user, 'ada');
  assert.match(answer.hash, /^[0-9a-f]{128}$/);
}

async function proof(workbench, ask) {
  await workbench.runCommand('Offloop: Attach to Node Process');
  await workbench.rows.filter({ hasText: 'server.js' }).first().click();
  await status(workbench);
  await eventually('the finding says that the block is gone', async () => {
    await ask(2);
    const texts = [...(await workbench.lineEndTexts()), ...(await workbench.lenses.allInnerTexts())];
    return texts.some((text) => text.includes('✓'));
  });
  await workbench.screenshot('proof');
}
