import { mkdtemp, rm, writeFile, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { attach } from '../../src/profiler/attach.ts';
import { listTargets } from '../../src/profiler/targets/discover.ts';
import { announcedProcesses } from '../../src/profiler/restarts/announcedProcesses.ts';
import { sameProgram } from '../../src/profiler/restarts/sameProgram.ts';
import { launch, type LaunchedProgram, type LaunchOptions } from '../../src/profiler/targets/launch.ts';
import { ageOf } from '../../src/profiler/targets/processTable.ts';
import type { Capture } from '../../src/profiler/capture/capture.ts';
import { follow } from './followSupport.ts';
import { nodes, startTarget, targetProgram } from './profilerTarget.ts';

const folderOf = async (files: Readonly<Record<string, string>>): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'offloop-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
};

async function launched(options: LaunchOptions): Promise<LaunchedProgram> {
  const program = await launch({ stdio: 'ignore', ...options });
  if (!program.ok) throw program.error;
  onTestFinished(async () => {
    program.value.kill('SIGKILL');
    await program.value.exited;
  });
  return program.value;
}

async function attached(target: string): Promise<Capture> {
  const session = await attach({ target });
  if (!session.ok) throw session.error;
  return session.value;
}

const busyThenEnd = `
function warmUp() { const end = Date.now() + 120; while (Date.now() < end); }
warmUp();
setTimeout(function late() { const end = Date.now() + 120; while (Date.now() < end); }, 50);
`;

describe.each(nodes)('a launched program on %s', (node) => {
  it('is recorded from its first line to its natural end', { timeout: 30_000 }, async () => {
    const folder = await folderOf({ 'short.cjs': busyThenEnd });
    const program = await launched({ command: node, args: ['short.cjs'], cwd: folder });
    const session = await attached(program.first.webSocketUrl);
    const end = await session.closed;
    const { recording } = await session.stop();
    expect(end.died).toBe(true);
    const names = recording.threads[0]?.windows.flatMap((window) =>
      window.nodes.map((profileNode) => profileNode.callFrame.functionName),
    );
    expect(names).toEqual(expect.arrayContaining(['warmUp', 'late']));
    expect(recording.threads[0]?.marks.length).toBeGreaterThan(0);
    expect((await program.exited).code).toBe(0);
  });

  it('keeps its exit code when it exits by itself or by an uncaught error', { timeout: 30_000 }, async () => {
    const folder = await folderOf({
      'exit.cjs': 'setTimeout(() => process.exit(7), 50)',
      'throw.cjs': 'setTimeout(() => { throw new Error("boom") }, 50)',
    });
    for (const [script, code] of [['exit.cjs', 7] as const, ['throw.cjs', 1] as const]) {
      const program = await launched({ command: node, args: [script], cwd: folder });
      const session = await attached(program.first.webSocketUrl);
      expect(await session.closed).toMatchObject({ died: true });
      expect((await program.exited).code).toBe(code);
    }
  });

  it('announces the processes it forks, which do not wait for us', { timeout: 30_000 }, async () => {
    const folder = await folderOf({
      'parent.cjs': `
        const { fork } = require('node:child_process');
        if (process.argv[2] === 'child') process.send('ran');
        else fork(__filename, ['child']).on('message', () => console.log('child ran'));
        setInterval(() => {}, 1000);`,
    });
    const program = await launched({ command: node, args: ['parent.cjs'], cwd: folder });
    const second = new Promise((resolve) => program.onProcess(resolve));
    const session = await attached(program.first.webSocketUrl);
    expect(await second).toMatchObject({ script: join(folder, 'parent.cjs'), cwd: folder });
    await session.stop();
  });

  it.each(['--watch', '--watch --watch-preserve-output'])(
    'is followed through a restart of node %s',
    { timeout: 60_000 },
    async (flags) => {
      const folder = await folderOf({ 'server.cjs': 'setInterval(() => {}, 1000);' });
      const program = await launched({
        command: node,
        args: [...flags.split(' '), 'server.cjs'],
        cwd: folder,
      });
      // The watcher learns what to watch from the program it started: a save before that goes unnoticed, as for anybody.
      const saving = setInterval(() => {
        const now = new Date();
        void utimes(join(folder, 'server.cjs'), now, now);
      }, 500);
      const followed = follow({
        first: { target: program.first.webSocketUrl },
        successors: announcedProcesses(program),
        onWaiting: () => {
          clearInterval(saving);
        },
      });
      const first = await followed.session();
      const second = await followed.session();
      expect(second.target.pid).not.toBe(first.target.pid);
      const outcomes = await followed.stop();
      expect(outcomes.map((outcome) => outcome.died)).toEqual([true, false]);
    },
  );
});

describe('a launched command', () => {
  it('that is an npm script leads to the program, not to npm', { timeout: 60_000 }, async () => {
    const folder = await folderOf({
      'package.json': '{"name":"app","version":"1.0.0","scripts":{"dev":"node server.cjs"}}',
      'server.cjs': 'setInterval(() => {}, 1000);',
    });
    const program = await launched({ command: 'npm', args: ['run', 'dev'], cwd: folder });
    expect(program.first.script).toBe(join(folder, 'server.cjs'));
  });

  it('that does not exist or is not Node is refused with a reason', { timeout: 30_000 }, async () => {
    for (const command of ['offloop-no-such-command', 'true']) {
      const program = await launch({ command, args: [], stdio: 'ignore' });
      expect(program).toMatchObject({ ok: false, error: { code: 'start-failed' } });
    }
  });
});

describe('a program that does not come back', () => {
  it('is not taken for another process of its script that runs beside it', { timeout: 60_000 }, async () => {
    const [beside, ending] = [
      await startTarget(process.execPath, [targetProgram('timers.cjs')]),
      await startTarget(process.execPath, [targetProgram('timers.cjs')]),
    ];
    const followed = follow({
      first: { target: ending.webSocketUrl },
      successors: sameProgram({ mayComeBack: (waitedMs) => waitedMs < 1_500 }),
    });
    await followed.session();
    await expect.poll(() => ageOf(beside.pid), { timeout: 20_000 }).toBeGreaterThan(6);
    ending.child.kill('SIGKILL');
    // Two sessions would be two outcomes.
    expect((await followed.done).map(({ died }) => died)).toEqual([true]);
  });
});

describe('the list of local targets', () => {
  it('holds open inspectors before other Node processes, with script, folder and port', async () => {
    const open = await startTarget(process.execPath, [targetProgram('server.cjs')]);
    const [, port = ''] = await open.output(/port (\d+)/);
    const targets = await listTargets();
    const found = targets.find((target) => target.pid === open.pid);
    expect(found).toMatchObject({
      script: targetProgram('server.cjs'),
      cwd: process.cwd(),
      node: process.version,
      webSocketUrl: open.webSocketUrl,
      kind: 'inspector',
      port: Number(port),
      listening: true,
    });
    expect(targets.map((target) => target.pid)).not.toContain(process.pid);
    const kinds = targets.map((target) => target.kind);
    expect(kinds.lastIndexOf('inspector')).toBeLessThan([...kinds, 'process'].indexOf('process'));
  });
});
