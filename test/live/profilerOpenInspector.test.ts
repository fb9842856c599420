import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { attach } from '../../src/profiler/attach.ts';
import { listTargets } from '../../src/profiler/targets/discover.ts';
import { sameProgram } from '../../src/profiler/restarts/sameProgram.ts';
import { openInspector } from '../../src/profiler/targets/openInspector.ts';
import { readNodeProcess } from '../../src/profiler/targets/processTable.ts';
import { follow } from './followSupport.ts';
import { majorOf, nodes } from './profilerTarget.ts';

/** Starts a program without an inspector and waits until it said that it runs. */
async function startPlain(command: string, args: readonly string[]): Promise<number> {
  const child = spawn(command, args, {
    env: { ...process.env, NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  });
  await once(child.stdout, 'data');
  return child.pid ?? 0;
}

const isAlive = async (pid: number): Promise<boolean> =>
  readFile(`/proc/${String(pid)}/stat`, 'utf8').then(
    (stat) => !stat.includes(') Z '),
    () => false,
  );

// Port 0 instead of the usual 9229, which whoever runs the tests may be using.
const anyPort = '--inspect-port=0';
const program = 'console.log("up"); setInterval(() => {}, 1000);';

describe.each(nodes)('the inspector of a running process on %s', (node) => {
  it.each([
    ['', program],
    [
      ', also without process.getBuiltinModule as in Node 18',
      `process.getBuiltinModule = undefined; ${program}`,
    ],
  ])('opens by signal and closes again with the session%s', { timeout: 30_000 }, async (_also, text) => {
    const pid = await startPlain(node, [anyPort, '-e', text]);
    const opened = await openInspector(pid);
    if (!opened.ok) throw opened.error;
    expect(opened.value.openedByUs).toBe(true);
    const session = await attach({
      target: opened.value.webSocketUrl,
      ownsInspector: opened.value.openedByUs,
    });
    if (!session.ok) throw session.error;
    expect(session.value.target.pid).toBe(pid);
    await session.value.stop();
    await expect.poll(async () => (await readNodeProcess(pid))?.ports, { timeout: 10_000 }).toEqual([]);
    expect(await isAlive(pid)).toBe(true);
  });

  it('that is open already is used and left open', { timeout: 30_000 }, async () => {
    const pid = await startPlain(node, ['--inspect=127.0.0.1:0', '-e', program]);
    expect(await openInspector(pid)).toMatchObject({ ok: true, value: { openedByUs: false } });
  });

  it(
    'is opened again after a restart of the program, and closed with the session',
    { timeout: 60_000 },
    async () => {
      const folder = await mkdtemp(join(tmpdir(), 'offloop-test-'));
      onTestFinished(() => rm(folder, { recursive: true, force: true }));
      const script = join(folder, 'server.cjs');
      await writeFile(script, program);
      const watcher = await startPlain(node, [anyPort, '--watch', script]);
      const running = async (): Promise<number | undefined> =>
        (await listTargets()).find((target) => target.script === script && target.pid !== watcher)?.pid;
      onTestFinished(async () => {
        const left = await running();
        if (left !== undefined) process.kill(left, 'SIGKILL');
      });
      const pid = await running();
      const opened = await openInspector(pid ?? 0);
      if (!opened.ok) throw opened.error;
      const saving = setInterval(() => {
        const now = new Date();
        void utimes(script, now, now);
      }, 500);
      const followed = follow({
        first: { target: opened.value.webSocketUrl, ownsInspector: true },
        successors: sameProgram({ mayComeBack: () => true, opensInspector: true }),
        onWaiting: () => {
          clearInterval(saving);
        },
      });
      await followed.session();
      const second = await followed.session();
      expect(second.target.pid).not.toBe(pid);
      const outcomes = await followed.stop();
      expect(outcomes.map(({ died }) => died)).toEqual([true, false]);
      const again = second.target.pid ?? 0;
      await expect.poll(async () => (await readNodeProcess(again))?.ports, { timeout: 10_000 }).toEqual([]);
      expect(await isAlive(again)).toBe(true);
    },
  );

  it('is not signalled for while the process is stopped', async () => {
    const pid = await startPlain(node, [anyPort, '-e', program]);
    process.kill(pid, 'SIGSTOP');
    const refused = await openInspector(pid);
    expect(refused.ok ? '' : refused.error.message).toContain(`kill -CONT ${String(pid)}`);
    process.kill(pid, 'SIGCONT');
    // It would open within milliseconds.
    await delay(300);
    expect((await readNodeProcess(pid))?.ports).toEqual([]);
  });

  it(
    'is not waited for without end when the program handles the signal itself',
    { timeout: 30_000 },
    async () => {
      const own = `process.on('SIGUSR1', () => {}); ${program}`;
      const pid = await startPlain(node, [anyPort, '-e', own]);
      const refused = await openInspector(pid);
      expect(refused).toMatchObject({ ok: false, error: { code: 'cannot-attach' } });
      expect(refused.ok ? '' : refused.error.message).toContain('start it with --inspect');
      expect(await isAlive(pid)).toBe(true);
    },
  );
});

describe.each(nodes.filter((node) => majorOf(node) >= 24))(
  'the inspector of a running process on %s',
  (node) => {
    it.each(['--disable-sigusr1', '--permission'])('is not signalled for under %s', async (flag) => {
      const pid = await startPlain(node, [flag, '-e', program]);
      const refused = await openInspector(pid);
      expect(refused.ok ? '' : refused.error.message).toContain(flag);
      expect(await isAlive(pid)).toBe(true);
    });
  },
);

describe('a process that is not Node', () => {
  it('is refused and lives on', async () => {
    const pid = await startPlain('sh', ['-c', 'echo up; while :; do sleep 1; done']);
    expect(await openInspector(pid)).toMatchObject({ ok: false, error: { code: 'cannot-attach' } });
    expect(await isAlive(pid)).toBe(true);
  });
});
