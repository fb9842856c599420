// npm test: everything that continuous integration runs, cheap steps first. The last line is `N passed, N failed`.
// Some steps only: npm test -- unit live
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { obtainNodes } from './nodes.mjs';
import { runStep } from './testStep.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
const results = await mkdtemp(join(tmpdir(), 'offloop-test-'));

/** What a run by vitest counted. Skipped tests and files that did not load are failures: nothing is left out silently. */
async function vitestCounts(file, { code }) {
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) return { passed: 0, failed: 1 };
  const { numPassedTests: passed, numTotalTests: total, success } = JSON.parse(text);
  const clean = code === 0 && success && total > 0;
  return { passed, failed: Math.max(total - passed, clean ? 0 : 1) };
}

function vitest(project) {
  const file = join(results, `${project}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  return {
    command: process.execPath,
    args: [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--project', project, ...reporters],
    count: (ended) => vitestCounts(file, ended),
  };
}

/** A step that prints `N passed, N failed` as its last line. */
const script = (path, ...args) => ({ command: process.execPath, args: [join(root, path), ...args] });
/** A step that succeeds or fails as one. */
const asOne = (step) => ({
  ...step,
  count: ({ code }) => ({ passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 }),
});

/** `limit` in minutes: a step that hangs must not take the others' results with it. */
const steps = [
  { name: 'build', limit: 5, ...asOne(script('scripts/build.mjs')) },
  { name: 'check', limit: 8, ...script('scripts/check.mjs') },
  { name: 'unit', limit: 8, needs: 'test/unit', ...vitest('unit') },
  { name: 'package', limit: 4, needs: 'test/package/run.mjs', ...script('test/package/run.mjs') },
  {
    name: 'executor',
    limit: 10,
    command: npm,
    args: ['test', '--silent', '--workspace', 'packages/executor'],
  },
  {
    name: 'queue',
    limit: 10,
    command: npm,
    args: ['test', '--silent', '--workspace', 'packages/executor-bullmq'],
  },
  { name: 'live', limit: 50, needs: 'test/live', ...vitest('live') },
  { name: 'editor', limit: 15, needs: 'test/editor/run.mjs', ...script('test/editor/run.mjs') },
  { name: 'ui', limit: 14, needs: 'test/ui/run.mjs', ...script('test/ui/run.mjs') },
];

/** Continuous integration gives up after an hour and a half, installation included; what has not run by then failed. */
const deadline = process.env.CI ? performance.now() + 80 * 60_000 : Infinity;

/** The steps that are asked for and whose files exist. */
function chosenSteps(names) {
  const unknown = names.filter((name) => !steps.some((step) => step.name === name));
  if (unknown.length > 0) {
    throw new Error(
      `No such step: ${unknown.join(', ')}. There are ${steps.map((step) => step.name).join(', ')}.`,
    );
  }
  return steps.filter(({ name, needs }) => {
    if (names.length > 0 && !names.includes(name)) return false;
    if (needs === undefined || existsSync(join(root, needs))) return true;
    console.log(`${name}: ${needs} does not exist, left out`);
    return false;
  });
}

/** Node versions for the tests that run real programs: those of the environment, else the tested release lines. */
async function testedNodes(chosen) {
  if (process.env.OFFLOOP_NODES || !chosen.some(({ name }) => ['live', 'executor', 'queue'].includes(name)))
    return {};
  return { OFFLOOP_NODES: (await obtainNodes((line) => console.log(line))).join(delimiter) };
}

try {
  const chosen = chosenSteps(process.argv.slice(2));
  const env = { ...process.env, ...(await testedNodes(chosen)) };
  const total = { passed: 0, failed: 0 };
  const table = [];
  for (const step of chosen) {
    const limit = Math.min(step.limit, (deadline - performance.now()) / 60_000);
    const { passed, failed, seconds, interrupted } = await runStep({ ...step, limit }, { cwd: root, env });
    total.passed += passed;
    total.failed += failed;
    table.push(`${step.name.padEnd(10)} ${passed} passed, ${failed} failed in ${seconds} s`);
    if (interrupted) break;
  }
  console.log(`\n${table.join('\n')}`);
  process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
  console.log(`${total.passed} passed, ${total.failed} failed`);
} finally {
  await rm(results, { recursive: true, force: true });
}
