import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { Report } from '../../src/report/report.ts';
import { runCli, startCli } from './cliSupport.ts';
import { startCommand } from './startCommand.ts';

/** Blocks by waiting: for a time that no machine changes, and without CPU. */
const blocking = (name: string): string => `const cell = new Int32Array(new SharedArrayBuffer(4));
require('node:http').createServer((request, response) => {
  if (request.url !== '/start') process.exit();
  const child = require('node:child_process').spawn(process.execPath, ['-e', '0']);
  child.once('exit', (code) => response.end(String(code)));
}).listen(0, '127.0.0.1', function () {
  console.log('${name} serves', process.pid, this.address().port);
});
setInterval(function ${name}() { Atomics.wait(cell, 0, 0, 120); console.log('${name} worked'); }, 300);
`;

async function folderOf(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'offloop-families-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}

const programs = { 'a.cjs': blocking('a'), 'b.cjs': blocking('b') };
const script = '#!/bin/sh\nnode a.cjs &\nnode b.cjs &\nwait\n';

/** Functions that wait, with the script of each process in which they do. What else takes long on a busy machine is not looked at. */
const blockedIn = ({ findings, recording }: Report): readonly string[] =>
  findings
    .filter(({ cause }) => cause === 'wait')
    .flatMap(({ callSite, threads }) =>
      threads.map((id) => {
        const title = recording.threads.find((thread) => thread.id === id)?.title ?? '';
        return `${callSite?.function ?? ''} in ${title.split('/').at(-1) ?? ''}`;
      }),
    )
    .toSorted();

it('all programs of a shell script are recorded when its shell is named; when one ends, the other goes on', async () => {
  const folder = await folderOf({ ...programs, 'start.sh': script });
  const shell = startCommand('sh', ['start.sh'], folder);
  const [, port = ''] = await shell.wrote(/a serves \d+ (\d+)/);
  await shell.wrote(/b serves/);
  const args = ['--pid', String(shell.pid), '--yes', '--root', folder, '--json', '-'];
  const cli = startCli(['attach', ...args]);
  await cli.said(/\(sh\) only starts programs/);
  // Each is attached to twice: to move its inspector away from the port that all share, and to record it.
  await shell.until(() => shell.count(/Debugger attached\./) >= 4);
  for (const name of ['a', 'b']) {
    const worked = shell.count(new RegExp(`${name} worked`));
    await shell.until(() => shell.count(new RegExp(`${name} worked`)) >= worked + 3);
  }
  await expect(fetch(`http://127.0.0.1:${port}/end`)).rejects.toThrow();
  const before = shell.count(/b worked/);
  await shell.until(() => shell.count(/b worked/) >= before + 5);
  cli.child.kill('SIGINT');
  const { code, stdout } = await cli.ended;
  const report = JSON.parse(stdout) as Report;
  expect(code).toBe(0);
  expect(blockedIn(report)).toEqual(['a in a.cjs', 'b in b.cjs']);
  expect(report.findings.find(({ callSite }) => callSite?.function === 'b')?.count).toBeGreaterThanOrEqual(7);
});

it('what a command starts in the background is recorded', async () => {
  const folder = await folderOf({
    ...programs,
    'start.sh': 'node a.cjs >/dev/null 2>&1 &\nnode b.cjs >/dev/null 2>&1 &\n',
  });
  const args = ['--duration', '4s', '--root', folder, '--json', '-', '--', 'sh', 'start.sh'];
  const { code, stdout } = await runCli(['run', ...args], folder);
  const report = JSON.parse(stdout) as Report;
  const pids = [...new Set(report.recording.threads.flatMap(({ pid }) => pid ?? []))];
  onTestFinished(() => {
    for (const pid of pids) process.kill(pid, 'SIGKILL');
  });
  expect(code).toBe(0);
  expect(blockedIn(report)).toEqual(['a in a.cjs', 'b in b.cjs']);
});

it('more processes than can be recorded at a time are named, each with the reason', async () => {
  const folder = await folderOf({
    'pool.cjs': `const { fork } = require('node:child_process');
for (let count = 0; count < 17; count += 1) fork('./idle.cjs');`,
    'idle.cjs': "process.on('message', () => {}); process.once('disconnect', () => process.exit());",
  });
  const args = ['--duration', '6s', '--root', folder, '--json', '-', '--', process.execPath, 'pool.cjs'];
  const { code, stdout, stderr } = await runCli(['run', ...args], folder);
  const { recording } = JSON.parse(stdout) as Report;
  expect(code).toBe(0);
  expect(new Set(recording.threads.map(({ pid }) => pid)).size).toBe(16);
  expect(recording.notRecorded?.map(({ reason }) => reason)).toEqual(['limit', 'limit']);
  expect(
    stderr.match(/Not recorded: idle\.cjs \(pid \d+\): Offloop records 16 processes at a time\./g),
  ).toHaveLength(2);
});
