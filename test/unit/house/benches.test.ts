import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const run = promisify(execFile);
const bench = async (...args: readonly string[]): Promise<string> =>
  (await run(process.execPath, ['scripts/bench.mjs', ...args])).stdout;

const files = (await readdir('bench')).filter((file) => /\.(?:ts|mjs)$/.test(file));
const names = [...files.map((file) => file.replace(/\.\w+$/, '')), 'executor', 'offload', 'queue'];

it('npm run bench lists every bench with a sentence about it', async () => {
  const listed = (await bench()).split('\n').filter((line) => line.startsWith('  '));
  expect(listed.map((line) => line.trim().split(' ')[0])).toEqual(names);
  for (const line of listed) expect(line).toMatch(/^ {2}\w+ +[A-Z].*\.$/);
});

it.each(names)('%s says with --help what it measures and how it is run', async (name) => {
  const help = await bench(name, '--help');
  expect(help).toMatch(/^[A-Z]/);
  expect(help).toContain(`npm run bench -- ${name}`);
});

it('refuses a name that no bench has', async () => {
  await expect(bench('nothing')).rejects.toMatchObject({ code: 2 });
});
