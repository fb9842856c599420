import assert from 'node:assert/strict';

/**
 * The timeline of the session that was stopped: the lens opens it at the longest block of its call, keys go from block to
 * block, and the part leads to the source.
 * @param {import('./support/workbench.mjs').Workbench} workbench
 * @param {string} call the callee that must be named
 */
export async function timeline(workbench, call) {
  const { page } = workbench;
  await page.locator('.codelens-decoration a', { hasText: 'Timeline' }).first().click();
  const frame = page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
  await frame.locator('header p', { hasText: /\d+ blocks? · longest/ }).waitFor();
  await frame.locator('button.part', { hasText: call }).first().waitFor();
  await frame.locator('button.frame.user').first().waitFor();
  await workbench.screenshot('timeline');
  const title = frame.locator('h2');
  assert.match(await title.innerText(), /^[\d.]+ m?s · /);
  await frame.locator('button.part', { hasText: call }).first().click();
  await page.locator('.tab.active', { hasText: 'account.js' }).first().waitFor();
  // By keyboard: the first block of all, and none before it.
  const canvas = frame.locator('canvas');
  await canvas.focus();
  for (let presses = 0; presses < 40; presses += 1) await canvas.press('ArrowLeft');
  const earliest = await frame.locator('.when').innerText();
  await canvas.press('ArrowLeft');
  assert.equal(await frame.locator('.when').innerText(), earliest);
  await page.locator('.tab', { hasText: 'Event Loop' }).click({ button: 'middle' });
  await page.locator('.tab', { hasText: 'Event Loop' }).waitFor({ state: 'detached' });
}
