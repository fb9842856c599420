import { copyFile, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Report } from '../../src/report/report.ts';
import { descendantsOf } from '../../src/profiler/targets/processTable.ts';
import { validateReport } from '../unit/support/validateReport.ts';
import { cliProgram, startCli } from './cliSupport.ts';
import { nodes, startTarget } from './profilerTarget.ts';

const tsx = createRequire(import.meta.url).resolve('tsx/cli');

/** The path of a program that may be changed: a copy of `steady.cjs`, or a text. */
async function ownProgram(name: string, text?: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'offloop-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const script = join(folder, name);
  await (text === undefined ? copyFile(cliProgram('steady.cjs'), script) : writeFile(script, text));
  return script;
}

/** Saves a file again and again: a watcher may not watch it yet. */
function keepSaving(script: string): { stop(): void } {
  const saving = setInterval(() => {
    const now = new Date();
    void utimes(script, now, now);
  }, 1_500);
  onTestFinished(() => {
    clearInterval(saving);
  });
  return {
    stop: () => {
      clearInterval(saving);
    },
  };
}

/** Where the blocks of a report ran: its threads that have any, by process. */
function blockedProcesses(stdout: string): ReadonlySet<number | null | undefined> {
  const report = JSON.parse(stdout) as Report;
  expect(validateReport(report)).toEqual([]);
  return new Set(
    report.blocks.map(({ thread }) => report.recording.threads.find(({ id }) => id === thread)?.pid),
  );
}

// `node --watch` hands its own flags on to the program; tsx is attached to by its process, its program is opened.
const watchers = nodes.flatMap((node) => [
  { node, watcher: 'node --watch', args: ['--watch'], script: 'server.cjs', inspects: true },
  { node, watcher: 'tsx watch', args: [tsx, 'watch'], script: 'server.ts', inspects: false },
]);

describe('offloop attach', () => {
  it.each(watchers)(
    'goes on when $watcher restarts the program on $node',
    { timeout: 90_000 },
    async ({ node, args, script: name, inspects }) => {
      const script = await ownProgram(name);
      // The watcher's own inspector is what the test waits for; a program that it starts gets a port of its own.
      const env = inspects ? {} : { NODE_OPTIONS: '--inspect-port=0' };
      const target = await startTarget(node, [...args, script], { env, cwd: dirname(script) });
      onTestFinished(async () => {
        for (const pid of await descendantsOf(target.pid)) process.kill(pid, 'SIGKILL');
      });
      await target.output(/(?:round\s+){2}/);
      const cli = startCli(['attach', '--pid', String(target.pid), '--yes', '--json', '-']);
      await cli.said(/Recording/);
      await target.output(/(?:round\s+){14}/);
      const saves = keepSaving(script);
      await cli.said(/The program restarted\. Recording goes on at .*pid \d+/);
      saves.stop();
      await target.output(/ready[^]*ready[^]*(?:round\s+){14}/);
      cli.child.kill('SIGINT');
      const { code, stdout, stderr } = await cli.ended;
      expect(code, stderr).toBe(0);
      expect(blockedProcesses(stdout).size, stderr).toBeGreaterThan(1);
    },
  );

  it(
    'says that it waits when a program under a watcher ended, and goes on with the next',
    { timeout: 90_000 },
    async () => {
      const script = await ownProgram(
        'job.cjs',
        `const { pbkdf2Sync } = require('node:crypto');
      let rounds = 0;
      console.log('ready');
      setInterval(() => {
        pbkdf2Sync('secret', 'salt', 300_000, 64, 'sha512');
        if (++rounds === 20) process.exit(1);
      }, 200);`,
      );
      const target = await startTarget(process.execPath, ['--watch', script]);
      await target.output(/ready/);
      const cli = startCli(['attach', new URL(target.webSocketUrl).host, '--json', '-']);
      await cli.said(
        /offloop: The program ended\. The recording goes on when node --watch starts it again; Ctrl\+C stops it\./,
      );
      keepSaving(script);
      await cli.said(/The program restarted/);
      // The watcher ends, and its program with it: nobody starts it again.
      target.child.kill('SIGTERM');
      const { code, stderr } = await cli.ended;
      expect(code, stderr).toBe(4);
    },
  );
});
