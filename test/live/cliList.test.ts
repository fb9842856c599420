import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { cliProgram, runCli } from './cliSupport.ts';
import { startTarget } from './profilerTarget.ts';

interface Listed {
  readonly pid: number;
  readonly webSocketUrl: string | null;
  readonly address: string | null;
}

test('offloop list keeps the secret of an inspector, and gives an address that can be attached to', async () => {
  const target = await startTarget(process.execPath, [cliProgram('steady.cjs')]);
  await target.output(/ready/);
  const { code, stdout } = await runCli(['list', '--json', '-']);
  expect(code).toBe(0);
  expect(stdout).not.toContain(new URL(target.webSocketUrl).pathname.slice(1));
  const { targets } = JSON.parse(stdout) as { targets: readonly Listed[] };
  const own = targets.find(({ pid }) => pid === target.pid);
  expect(own?.address).toBe(new URL(target.webSocketUrl).host);
  const attached = await runCli(['attach', own?.address ?? '', '--duration', '100ms']);
  expect(attached.code).toBe(0);
});

test('offloop list cuts nothing in a pipe', async () => {
  const folder = await mkdtemp(join(tmpdir(), `offloop-list-${'long-'.repeat(30)}`));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const script = join(folder, 'steady.cjs');
  await copyFile(cliProgram('steady.cjs'), script);
  const target = await startTarget(process.execPath, [script]);
  const { stdout } = await runCli(['list']);
  const row = stdout.split('\n').find((line) => line.startsWith(`${String(target.pid)} `));
  expect(row).toContain(script);
  expect(row?.endsWith(process.cwd())).toBe(true);
});
