import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/report/report.ts';
import { cliProgram, runCli, startCli } from './cliSupport.ts';
import { validateReport } from '../unit/support/validateReport.ts';
import { nodes, startTarget } from './profilerTarget.ts';
import { startCommand } from './startCommand.ts';

const hostOf = (webSocketUrl: string): string => new URL(webSocketUrl).host;

/** A report as printed, held against the schema. */
function reportIn(stdout: string): Report {
  const value: unknown = JSON.parse(stdout);
  expect(validateReport(value)).toEqual([]);
  return value as Report;
}

/** Whether V8 samples a process: it then has a thread for it, which Linux shows by name. */
async function isSampled(pid: number): Promise<boolean> {
  const threads = await readdir(`/proc/${String(pid)}/task`);
  const names = await Promise.all(
    threads.map((id) => readFile(`/proc/${String(pid)}/task/${id}/comm`, 'utf8')),
  );
  return names.some((name) => name.startsWith('v8:ProfEvntProc'));
}

/** A port on which nothing listens: it was free a moment ago. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  await new Promise((resolve) => server.close(resolve));
  return address.port;
}

describe.each(nodes)('offloop attach on %s', (node) => {
  it('names the blocking call of a running program in a report that fits the schema', async () => {
    const target = await startTarget(node, [cliProgram('steady.cjs')]);
    await target.output(/ready/);
    const { code, stdout, stderr } = await runCli([
      'attach',
      hostOf(target.webSocketUrl),
      '--duration',
      '2s',
      '--json',
      '-',
    ]);
    expect(stderr).toContain('Recording');
    expect(code).toBe(0);
    const report = reportIn(stdout);
    expect(report.target.pid).toBe(target.pid);
    // On a busy machine the time without a CPU may come first.
    const work = report.findings.find(({ cause }) => cause === 'crypto');
    expect(work).toMatchObject({
      cause: 'crypto',
      callSite: {
        file: 'test/live/cliPrograms/steady.cjs',
        function: 'work',
        callee: 'pbkdf2Sync',
        line: 5,
        column: 3,
        precision: 'call',
        origin: 'user',
      },
    });
    expect(work?.count).toBeGreaterThanOrEqual(3);
  });

  it('says beforehand how long the start of the profiler holds a program with a large heap', async () => {
    const attachTo = async (name: string): Promise<string> => {
      const target = await startTarget(node, [cliProgram(name)]);
      await target.output(/ready/);
      return (await runCli(['attach', hostOf(target.webSocketUrl), '--duration', '100ms'])).stderr;
    };
    expect(await attachTo('heap.cjs')).toMatch(/pauses the process once, for about [\d.]+ m?s[^]*Recording/);
    expect(await attachTo('steady.cjs')).not.toContain('pauses the process');
  });

  it('reports what it has and exits with 4 when the target is killed in the middle', async () => {
    const target = await startTarget(node, [cliProgram('steady.cjs')]);
    await target.output(/ready/);
    const cli = startCli(['attach', hostOf(target.webSocketUrl), '--duration', '60s', '--json', '-']);
    await cli.said(/Recording/);
    await target.output(/(?:round\s+){18}/);
    target.child.kill('SIGKILL');
    const { code, stdout, stderr } = await cli.ended;
    expect(code).toBe(4);
    // What it ran since the last window cannot be had any more; that is said and counted.
    expect(stderr).toMatch(/its last [\d.]+ m?s are lost\. The report covers the time up to then/);
    const report = reportIn(stdout);
    expect(report.recording.unobservedMs).toBeGreaterThan(0);
    expect(report.findings.map(({ callSite }) => callSite?.callee)).toContain('pbkdf2Sync');
  });

  it('leaves a healthy target without a profiler when it is itself killed in the middle', async () => {
    const target = await startTarget(node, [cliProgram('steady.cjs')]);
    const cli = startCli(['attach', hostOf(target.webSocketUrl), '--duration', '60s']);
    await cli.said(/Recording/);
    expect(await isSampled(target.pid)).toBe(true);
    cli.child.kill('SIGKILL');
    await cli.ended;
    await target.output(/(?:round\s+){12}/);
    expect(await isSampled(target.pid)).toBe(false);
    const again = await runCli(['attach', hostOf(target.webSocketUrl), '--duration', '1s', '--json', '-']);
    expect(again.code).toBe(0);
    expect(reportIn(again.stdout).blocks.length).toBeGreaterThan(0);
  });

  it('stops at an interrupt and prints the report', async () => {
    const target = await startTarget(node, [cliProgram('steady.cjs')]);
    const cli = startCli(['attach', target.webSocketUrl]);
    await cli.said(/Recording/);
    await target.output(/(?:round\s+){12}/);
    cli.child.kill('SIGINT');
    const { code, stdout } = await cli.ended;
    expect(code).toBe(0);
    expect(stdout).toContain('pbkdf2Sync in work');
    expect(stdout).toContain('test/live/cliPrograms/steady.cjs:5:3');
  });
});

describe('offloop attach', () => {
  it('says which processes of a program it could not record', async () => {
    const target = await startTarget(process.execPath, [cliProgram('forking.cjs')]);
    const [, child = ''] = await target.output(/child (\d+)/);
    const { code, stderr } = await runCli(['attach', target.webSocketUrl, '--duration', '3s']);
    expect(code).toBe(0);
    expect(stderr).toContain(`(pid ${child}): its inspector is closed`);
  });

  it('passes no check when only what starts the program could be recorded', async () => {
    const target = await startTarget(process.execPath, [cliProgram('forking.cjs')]);
    const [, child = ''] = await target.output(/child (\d+)/);
    const words = ['attach', target.webSocketUrl, '--duration', '3s', '--quiet'];
    const { code, stderr } = await runCli([...words, '--fail-on', '100ms']);
    expect(code).toBe(3);
    expect(stderr).toContain(`what it started (pid ${child}) could not be recorded`);
  });

  it('asks for consent only where it would open an inspector', async () => {
    const open = await startTarget(process.execPath, [cliProgram('steady.cjs')]);
    expect((await runCli(['attach', '--pid', String(open.pid), '--duration', '1s'])).code).toBe(0);
    const sleeper = startCommand('sleep', ['60'], process.cwd());
    const gone = await runCli(['attach', '--pid', String(sleeper.pid)]);
    expect(gone).toMatchObject({ code: 3, stdout: '' });
    expect(gone.stderr).toContain('is not a running Node process');
  });

  it('says in one line what to do when nothing listens, and exits with 3', async () => {
    const { code, stdout, stderr } = await runCli(['attach', `127.0.0.1:${String(await closedPort())}`]);
    expect(code).toBe(3);
    expect(stdout).toBe('');
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toMatch(/--inspect/);
  });

  it('names the nearest option for a misspelt one, and exits with 2', async () => {
    const { code, stderr } = await runCli(['attach', 'localhost:9229', '--durration', '5s']);
    expect(code).toBe(2);
    expect(stderr).toContain('Did you mean --duration?');
  });

  it.each([
    [['attach', '9229'], '--port 9229 or --pid 9229'],
    [['attach', 'localhost:9229', '--duration', '10'], '10ms for milliseconds or 10s for seconds'],
    [['attach', 'localhost:9229', '--duration', 'soon'], 'Write a number with its unit'],
    [['attach'], 'Name a target'],
    [['attach', '--port', '99999'], 'from 1 to 65535'],
    [['attach', 'localhost:9229', '--map', 'app'], '--map REMOTE=LOCAL'],
    [['attach', 'localhost:9229', '--mode', 'fast'], 'choose watch'],
  ])('refuses %j with a way to put it', async (args, advice) => {
    const { code, stderr } = await runCli(args);
    expect(code).toBe(2);
    expect(stderr).toContain(advice);
  });

  it('exits with 1 when a block is longer than --fail-on allows', async () => {
    const target = await startTarget(process.execPath, [cliProgram('steady.cjs')]);
    const strict = await runCli([
      'attach',
      target.webSocketUrl,
      '--duration',
      '1s',
      '--fail-on',
      '20ms',
      '--quiet',
    ]);
    expect(strict).toEqual({ code: 1, stdout: '', stderr: '' });
    const told = await runCli(['attach', target.webSocketUrl, '--duration', '1s', '--fail-on', '20ms']);
    expect(told.stderr).toMatch(/offloop: A block of \d+ ms is longer than --fail-on 20 ms allows\.\n$/);
    expect(told.code).toBe(1);
    const lax = await runCli([
      'attach',
      target.webSocketUrl,
      '--duration',
      '1s',
      '--fail-on',
      '1m',
      '--quiet',
    ]);
    expect(lax.code).toBe(0);
  });
});
