/**
 * @typedef {object} Check
 * @property {string} title a sentence about behaviour
 * @property {() => unknown} check throws (or rejects) when the sentence is not true
 * @property {(name: string) => Promise<void>} [screenshot] shows the window in which it failed
 * @property {string} [chain] checks of one chain each go on where the one before ended
 */

/**
 * Runs checks in order, one after the other, and prints `N passed, N failed` last. Sets the exit code.
 * @param {readonly Check[]} checks
 */
export async function runChecks(checks) {
  let failed = 0;
  const broken = new Set();
  for (const { title, check, chain, screenshot } of checks) {
    try {
      if (broken.has(chain)) throw new Error('not reached: a check before it failed');
      await check();
      console.log(`  ✓ ${title}`);
    } catch (error) {
      failed += 1;
      console.log(`  ✗ ${title}\n${String(error?.stack ?? error).replaceAll(/^/gm, '      ')}`);
      if (!broken.has(chain)) await screenshot?.(`failed ${title}`);
      if (chain !== undefined) broken.add(chain);
    }
  }
  console.log(`${String(checks.length - failed)} passed, ${String(failed)} failed`);
  process.exitCode = failed > 0 || checks.length === 0 ? 1 : 0;
}
