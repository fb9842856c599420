/**
 * @typedef {object} Check
 * @property {string} title a sentence about behaviour
 * @property {() => unknown} check throws (or rejects) when the sentence is not true
 */

/**
 * Runs checks in order, one after the other, and prints `N passed, N failed` last. Sets the exit code.
 * @param {readonly Check[]} checks
 * @param {{ afterFailure?: (title: string) => Promise<void> }} [options]
 */
export async function runChecks(checks, options = {}) {
  let failed = 0;
  for (const { title, check } of checks) {
    try {
      await check();
      console.log(`  ✓ ${title}`);
    } catch (error) {
      failed += 1;
      console.log(`  ✗ ${title}\n${String(error?.stack ?? error).replaceAll(/^/gm, '      ')}`);
      await options.afterFailure?.(title);
    }
  }
  console.log(`${String(checks.length - failed)} passed, ${String(failed)} failed`);
  process.exitCode = failed > 0 || checks.length === 0 ? 1 : 0;
}
