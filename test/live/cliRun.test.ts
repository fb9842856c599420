import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Report } from '../../src/analysis/report.ts';
import { validateReport } from '../unit/support/validateReport.ts';
import { cliProgram, runCli } from './cliSupport.ts';
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
