import { copyFile, mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Report } from '../../src/report/report.ts';
import { readNodeProcess } from '../../src/profiler/targets/processTable.ts';
import { validateReport } from '../unit/support/validateReport.ts';
import { cliProgram, runCli, startCli } from './cliSupport.ts';
import { nodes } from './profilerTarget.ts';

describe.each(nodes)('offloop run on %s', (node) => {
  it('starts a program, reports when it ends, and exits with 0', async () => {
    const { code, stdout, stderr } = await runCli(['run', '--json', '-', '--', node, cliProgram('job.cjs')]);
    expect(stderr).not.toMatch(/offloop: /);
    expect(code).toBe(0);
    const report = JSON.parse(stdout) as Report;
    expect(validateReport(report)).toEqual([]);
    expect(report.findings.map(({ callSite }) => callSite?.callee)).toContain('gzipSync');
  });

  it('goes on with the process that a watcher starts anew, until the duration is over', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'offloop-test-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const script = join(folder, 'job.cjs');
    await copyFile(cliProgram('steady.cjs'), script);
    const cli = startCli(['run', '--duration', '8s', '--json', '-', '--', node, '--watch', script]);
    await cli.said(/Recording/);
    // Watching starts a little later than the program.
    const saving = setInterval(() => {
      const now = new Date();
      void utimes(script, now, now);
    }, 1_500);
    await cli.said(/Recording[^]*Recording/);
    clearInterval(saving);
    const { code, stdout } = await cli.ended;
    expect(code).toBe(0);
    const { recording } = JSON.parse(stdout) as Report;
    expect(new Set(recording.threads.map(({ pid }) => pid)).size).toBeGreaterThan(1);
    expect(recording.threads.map(({ id }) => id)).toContainEqual(expect.stringMatching(/^process \d+$/));
  });

  it('closes the inspector of a program that it leaves behind when it is killed', async () => {
    const cli = startCli(['run', '--', node, cliProgram('steady.cjs')]);
    const pid = Number((await cli.said(/Recording .*pid (\d+)/))[1]);
    onTestFinished(() => void process.kill(pid, 'SIGKILL'));
    expect((await readNodeProcess(pid))?.ports).toHaveLength(1);
    cli.child.kill('SIGKILL');
    await expect.poll(async () => (await readNodeProcess(pid))?.ports, { timeout: 20_000 }).toEqual([]);
  });
});

describe('offloop run', () => {
  it('ends a program that would run on when the duration is over', async () => {
    const args = ['run', '--duration', '1s', '--', process.execPath, cliProgram('steady.cjs')];
    const { code, stdout } = await runCli(args);
    expect(code).toBe(0);
    expect(stdout).toContain('pbkdf2Sync in work');
  });

  it('ends a program that does not end when it is asked to', { timeout: 60_000 }, async () => {
    const args = ['run', '--duration', '1s', '--', process.execPath, cliProgram('stubborn.cjs')];
    const { code, stdout } = await runCli(args);
    expect(code).toBe(0);
    expect(stdout).toContain('at spin (');
  });

  it('says how a program ended that failed', async () => {
    const { code, stdout, stderr } = await runCli(['run', '--', process.execPath, cliProgram('failing.cjs')]);
    expect(stderr).toMatch(/offloop: The program ended with exit code 3\.\n$/);
    expect(stdout).toContain('recorded');
    expect(code).toBe(4);
  });

  it('keeps what the program says apart from a report on standard output', async () => {
    const args = ['run', '--json', '-', '--', process.execPath, cliProgram('loud.cjs')];
    const { code, stdout, stderr } = await runCli(args);
    expect(validateReport(JSON.parse(stdout))).toEqual([]);
    expect(stderr).toContain('to standard output\n');
    expect(stderr).toContain('database password wrong');
    expect(code).toBe(4);
  });

  it('ends as ever when the reader of its report is gone', async () => {
    const cli = startCli(['run', '--', process.execPath, cliProgram('failing.cjs')]);
    cli.child.stdout?.destroy();
    const { code, stderr } = await cli.ended;
    expect(stderr).toMatch(/offloop: The program ended with exit code 3\.\n$/);
    expect(code).toBe(4);
  });

  it('says that a program cannot be started', async () => {
    const { code, stderr } = await runCli(['run', '--', 'no-such-program-here']);
    expect(code).toBe(3);
    expect(stderr).toContain('no-such-program-here');
  });

  it('refuses outputs that cannot be written before it starts the program', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'offloop-run-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const started = join(folder, 'started');
    const program = `require('node:fs').writeFileSync(${JSON.stringify(started)}, '')`;
    const cases: readonly (readonly [readonly string[], string])[] = [
      [
        ['--json', folder],
        `--json ${folder} names a folder. Name a file in it, such as ${folder}/report.json.`,
      ],
      [
        ['--sarif', join(folder, 'sub', 'a.sarif')],
        `there is no folder ${join(folder, 'sub')}. Make it first.`,
      ],
      [['--cpuprofile', `${folder}/sub/`], 'such as'],
      [['--json', '-', '--sarif', '-'], 'Standard output takes one of --json - and --sarif -'],
    ];
    for (const [options, message] of cases) {
      const { code, stdout, stderr } = await runCli([
        'run',
        ...options,
        '--',
        process.execPath,
        '-e',
        program,
      ]);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain(message);
    }
    expect(await readdir(folder)).toEqual([]);
  });
});
