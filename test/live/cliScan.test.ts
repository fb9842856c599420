import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Report } from '../../src/report/report.ts';
import { validateReport } from '../unit/support/validateReport.ts';
import { runCli } from './cliSupport.ts';

test('offloop scan lists the blocking calls of the demo with their fixes', async () => {
  const { code, stdout, stderr } = await runCli(['scan', 'demo']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(
    /^\d+ blocking calls in async functions and handlers of \d+ files, \d+ with a fix\n/,
  );
  expect(stdout).toMatch(
    /^demo\/routes\/account\.js\n +\d+:\d+ +crypto\.pbkdf2Sync in login +✓ Use the asynchronous version/m,
  );
});

test('offloop scan --json writes a report without measurements that fits the schema', async () => {
  const { code, stdout } = await runCli(['scan', 'demo', '--json', '-']);
  expect(code).toBe(0);
  const report = JSON.parse(stdout) as Report;
  expect(validateReport(report)).toEqual([]);
  expect(report.findings.every(({ count }) => count === 0)).toBe(true);
  expect(report.findings.map(({ callSite }) => callSite?.callee)).toContain('brotliCompressSync');
});

test('offloop scan refuses what is no source', async () => {
  const missing = await runCli(['scan', 'no-such-folder']);
  expect([missing.code, missing.stderr]).toEqual([
    2,
    expect.stringMatching(/there is no such file or folder/),
  ]);
  const other = await runCli(['scan', 'README.md']);
  expect([other.code, other.stderr]).toEqual([
    2,
    expect.stringMatching(/is not a JavaScript or TypeScript file/),
  ]);
});

test('offloop scan does not pass a folder in which there is nothing to look at', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'offloop-scan-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, 'README.md'), '# Nothing to run');
  const { code, stdout, stderr } = await runCli(['scan', folder]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(`There are no JavaScript or TypeScript files in ${folder}.`);
});

test.each([
  ['scan', 'demo'],
  ['analyze', 'recorded.cpuprofile'],
  ['fix', 'demo/server.js:1'],
])('offloop %s refuses a root that is not there', async (...args) => {
  const { code, stdout, stderr } = await runCli([...args, '--root', 'no-such-root']);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain('--root no-such-root names no folder');
  const file = await runCli([...args, '--root', 'README.md/sub']);
  expect([file.code, file.stderr]).toEqual([2, expect.stringContaining('README.md/sub names no folder')]);
});
