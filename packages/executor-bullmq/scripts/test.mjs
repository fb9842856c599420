// Runs the tests on every Node of OFFLOOP_NODES (colon-separated executables; the running one when unset): all of them on
// the oldest and the newest, the contract on those between. The last line is the sum: `N passed, N failed`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { requireRedis } from './redis.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
const nodes = (process.env['OFFLOOP_NODES'] ?? '').split(':').filter((path) => path !== '');
if (nodes.length === 0) nodes.push(process.execPath);
const filters = process.argv.slice(2);

/** Runs vitest under one Node; a run without a report counts as one failure. */
function run(node, index) {
  const folder = mkdtempSync(join(tmpdir(), 'offloop-executor-bullmq-'));
  const report = join(folder, 'report.json');
  const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout?.trim() ?? '';
  console.log(`\n@offloop/executor-bullmq on Node ${version === '' ? `(cannot run ${node})` : version}`);
  const isBetween = index > 0 && index < nodes.length - 1;
  const chosen = filters.length === 0 && isBetween ? ['test/contract.test.ts'] : filters;
  const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...chosen];
  const { status } = spawnSync(node, [vitest, ...args], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, NODE_ENV: 'test' },
  });
  try {
    const found = JSON.parse(readFileSync(report, 'utf8'));
    const { numPassedTests: passed, numFailedTests: failed, numTotalTests: total, success } = found;
    // Skipped tests and files that could not be loaded are failures too: nothing is left out silently.
    const broken = Math.max(failed, total - passed, status === 0 && success && total > 0 ? 0 : 1);
    return { passed, failed: broken };
  } catch (error) {
    console.error(`No report: ${error.message}`);
    return { passed: 0, failed: 1 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

try {
  requireRedis();
  const results = nodes.map(run);
  const sum = (key) => results.reduce((total, result) => total + result[key], 0);
  process.exitCode = sum('failed') === 0 ? 0 : 1;
  console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
  console.log('0 passed, 1 failed');
}
