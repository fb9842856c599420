import assert from 'node:assert/strict';
import { scryptSync } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { timeline } from './timeline.mjs';
import { eventually } from './support/eventually.mjs';

/** The file and the call that the story is about. */
const FILE = 'routes/account.js';
const CALL = 'pbkdf2Sync';
const ROUTE = '/login';
/** The entry that uses the asynchronous version. */
const ASYNC = /^Use the async/i;

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
    { title: 'the timeline shows the blocks, and leads to the call', check: () => timeline(workbench, CALL) },
    { title: 'the lens opens the fixes', check: () => lensFixes(workbench) },
    { title: 'a preview shows every change before it is made', check: () => preview(workbench, file) },
    { title: 'the lightbulb offers fixes, the safest first', check: () => lightbulb(workbench, file) },
    {
      title: 'the asynchronous version is written at the call and nowhere else',
      check: () => fix(workbench, file),
    },
    { title: 'saved, the shop restarts and answers as before', check: () => save(workbench, shop, ask) },
    { title: 'recorded again, the call blocks no more', check: () => proof(workbench, ask) },
    {
      title: 'another call is moved to a worker thread, once the executor is installed',
      check: () => thread(workbench, file, shop),
    },
    {
      title: 'restarted, the worker gives the same answer and the session followed',
      check: () => installed(workbench, folder, shop),
    },
    { title: 'an npm script is launched and recorded', check: () => launched(workbench, folder) },
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
    (await workbench.lineEndTexts()).find((candidate) => /\d+×.*\d m?s/.test(candidate)),
  );
  await workbench.screenshot('recording');
  assert.match(text, /\d+×.* · .*s/);
}

async function hover(workbench, file) {
  await workbench.goTo(...(await positionOf(file, CALL)));
  const card = workbench.page.locator('.monaco-hover:visible', { hasText: /It served/ }).first();
  await workbench.retried('the hover opens', async (timeout) => {
    await workbench.page.keyboard.press('Control+k');
    await workbench.page.keyboard.press('Control+i');
    await card.waitFor({ timeout });
  });
  await workbench.screenshot('hover');
  const text = await card.innerText();
  assert.match(text, /crypto/i);
  assert.match(text, /It served GET \/login\./);
  assert.match(text, /Fix\s+Timeline\s+What is this\?/);
  // The problem says how long; nothing repeats it.
  assert.equal(text.match(/[\d.]+ m?s\b/g)?.length, 1, text);
  assert.match(text, /login account\.js:\d+/);
  await workbench.page.keyboard.press('Escape');
}

/**
 * Line and column, 1-based, of the name of the call.
 * @param {string} file
 * @param {string} call
 * @returns {Promise<[number, number]>}
 */
async function positionOf(file, call) {
  const lines = (await readFile(file, 'utf8')).split('\n');
  const line = lines.findIndex((text) => text.includes(call));
  return [line + 1, lines[line].indexOf(call) + 1];
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

async function lensFixes(workbench) {
  const first = workbench.actions.filter({ hasText: ASYNC }).first();
  // The first request is lost while the TypeScript server starts.
  await workbench.retried('a click on the lens opens the menu', async (timeout) => {
    await workbench.lenses.locator('a', { hasText: 'Fix…' }).first().click({ timeout });
    await first.waitFor({ timeout });
  });
  await workbench.screenshot('lens-fixes');
}

async function preview(workbench, file) {
  const before = await readFile(file, 'utf8');
  // The first entry is the chosen one.
  await workbench.page.keyboard.press('Control+Enter');
  const panel = workbench.page.locator('.bulk-edit-panel');
  await panel
    .locator('.monaco-list-row', { hasText: path.basename(FILE) })
    .first()
    .waitFor();
  await workbench.screenshot('preview');
  await panel.getByRole('button', { name: 'Discard' }).click();
  await panel.waitFor({ state: 'hidden' });
  assert.equal(await readFile(file, 'utf8'), before);
}

async function lightbulb(workbench, file) {
  await workbench.goTo(...(await positionOf(file, CALL)));
  const first = workbench.actions.filter({ hasText: /async|worker thread|await/i }).first();
  // The first request is lost while the TypeScript server starts.
  await workbench.retried('the quick-fix menu opens', async (timeout) => {
    await workbench.page.keyboard.press('Control+.');
    await first.waitFor({ timeout });
  });
  await workbench.screenshot('lightbulb');
  const titles = await workbench.actions.allInnerTexts();
  const twin = titles.findIndex((title) => ASYNC.test(title));
  const thread = titles.findIndex((title) => /worker thread/i.test(title));
  assert.ok(twin >= 0 && twin < thread, titles.join('\n'));
}

async function fix(workbench, file) {
  const before = await readFile(file, 'utf8');
  await workbench.actions.filter({ hasText: ASYNC }).first().click();
  await workbench.page
    .locator('.view-line', { hasText: /await\s/ })
    .first()
    .waitFor();
  await workbench.lenses.filter({ hasText: 'not measured yet' }).first().waitFor();
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

/** The second call of the story, which goes to a worker thread, and its route. */
const HEAVY = { call: 'scryptSync(owner', route: '/api-key' };

async function thread(workbench, file, shop) {
  await eventually('a second squiggle appears', async () => {
    await fetch(shop.url + HEAVY.route);
    return (await workbench.squiggles.count()) > 0;
  });
  await workbench.goTo(...(await positionOf(file, HEAVY.call)));
  const move = workbench.actions.filter({ hasText: /^Run in a worker thread/ }).first();
  await workbench.retried('the quick-fix menu opens', async (timeout) => {
    await workbench.page.keyboard.press('Control+.');
    await move.waitFor({ timeout });
  });
  await move.click();
  await workbench.page
    .locator('.view-line', { hasText: /await\stoThread\(scryptSync/ })
    .first()
    .waitFor();
  await workbench.screenshot('thread');
}

async function installed(workbench, folder, shop) {
  const manifest = await eventually('package.json names the executor', async () => {
    const { dependencies } = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'));
    return dependencies?.['@offloop/executor'];
  });
  assert.match(manifest, /^file:.+\.tgz$/);
  // Once for the first fix, once for this one: it never started without its dependency.
  await shop.restarted(2);
  const answer = await (await fetch(shop.url + HEAVY.route)).json();
  // Derived on the main thread beforehand: the salt and cost are those of the route.
  const key = scryptSync('ada', 'shop', 32, { N: 2 ** 15, maxmem: 2 ** 26 }).toString('base64url');
  assert.deepEqual(answer, { owner: 'ada', key });
  await eventually('both calls count as gone', async () => {
    // What was proven before the restart is asked for again, too: the new process may run other code.
    await Promise.all([fetch(shop.url + ROUTE), fetch(shop.url + HEAVY.route)]);
    return (await workbench.lineEndTexts()).filter((text) => text.includes('✓')).length >= 2;
  });
  await workbench.screenshot('moved');
}

/** A job that an npm script runs: it needs no port. */
const JOB = `import { pbkdf2Sync } from 'node:crypto';
const hash = () => pbkdf2Sync('password', 'salt', 250_000, 32, 'sha512');
setInterval(hash, 400);
`;

async function launched(workbench, folder) {
  await writeFile(path.join(folder, 'job.js'), JOB);
  const file = path.join(folder, 'package.json');
  const manifest = JSON.parse(await readFile(file, 'utf8'));
  manifest.scripts.job = 'node job.js';
  await writeFile(file, JSON.stringify(manifest, null, 2));
  await workbench.runCommand('Offloop: Launch npm Script');
  await workbench.rows.filter({ hasText: 'node job.js' }).first().click();
  const rows = workbench.page.locator('.pane-body .monaco-list-row');
  await rows.filter({ hasText: 'job.js' }).first().waitFor();
  await rows
    .filter({ hasText: /\d+ ms\s+pbkdf2Sync/ })
    .first()
    .waitFor();
  await workbench.screenshot('launched');
  await workbench.runCommand('Terminal: Kill All Terminals');
}
