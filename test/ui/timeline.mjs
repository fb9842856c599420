import assert from 'node:assert/strict';

/**
 * The timeline of the session that was stopped: blocks over time, the stack of the chosen one, the way to its source.
 * @param {import('./support/workbench.mjs').Workbench} workbench
 * @param {string} call the callee that must be named
 */
export async function timeline(workbench, call) {
  await workbench.runCommand('Offloop: Show Timeline');
  const frame = workbench.page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
  await frame.locator('header p', { hasText: /\d+ blocks? · longest/ }).waitFor();
  await frame.locator('.legend button', { hasText: 'crypto' }).waitFor();
  // By keyboard: the first block, then the next, until one is of the call that the story is about.
  const canvas = frame.locator('canvas');
  const title = frame.locator('h2');
  await canvas.focus();
  await workbench.retried('a block of the call is chosen', async (timeout) => {
    await canvas.press('ArrowRight');
    await title.filter({ hasText: call }).waitFor({ timeout });
  });
  assert.match(await title.innerText(), /\d+ m?s · .*\/login · .*pbkdf2Sync/);
  const own = frame.locator('button.frame.user').first();
  await own.waitFor();
  await workbench.screenshot('timeline');
  await frame.locator('button.part').first().click();
  await workbench.page.locator('.tab.active', { hasText: 'account.js' }).waitFor();
  await workbench.page.locator('.tab', { hasText: 'Event Loop' }).locator('.codicon-close').first().click();
}
