import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { someNodes } from './fixProject.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = join(root, 'test/fixtures/cases');

/** Which cases run with which Node; every case runs once, `npm run cases` runs what is asked for. */
async function slices(): Promise<readonly (readonly [node: string, names: readonly string[]])[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return someNodes.map((node, at) => [node, names.filter((_, index) => index % someNodes.length === at)]);
}

/** What the script prints about cases; all Nodes for those that the first of them is too old for. */
function runCases(node: string, names: readonly string[]): Promise<string> {
  const only = `^(${names.join('|')})$`;
  const nodes = [node, ...someNodes.slice(-1)].filter((each, index, all) => all.indexOf(each) === index);
  const args = [join(root, 'scripts/cases.mjs'), folder, '--only', only, '--nodes', nodes.join(delimiter)];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: root, maxBuffer: 2 ** 26 }, (_, stdout, stderr) => {
      resolve(stdout + stderr);
    });
  });
}

it.each(await slices())(
  'the cases that run on %s behave after their fix as before, and reports say what they have to',
  { timeout: 900_000 },
  async (node, names) => {
    const printed = await runCases(node, names);
    expect(printed.split('\n').filter((line) => line.startsWith('✗'))).toEqual([]);
    expect(printed.trim().split('\n').at(-1)).toMatch(/^\d+ right, 0 wrong$/);
  },
);
