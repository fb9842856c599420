import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Report } from '../../src/report/report.ts';
import { validateReport } from '../unit/support/validateReport.ts';
import { cliProgram, runCli } from './cliSupport.ts';
import { nodes } from './profilerTarget.ts';

const run = promisify(execFile);

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'offloop-cli-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A profile as the given Node writes it, of the job program. */
async function profileBy(node: string): Promise<string> {
  const folder = await temporaryFolder();
  await run(node, ['--cpu-prof', `--cpu-prof-dir=${folder}`, cliProgram('job.cjs')], {
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const [file] = (await readdir(folder)).filter((name) => name.endsWith('.cpuprofile'));
  if (file === undefined) throw new Error('no profile was written');
  return join(folder, file);
}

describe.each(nodes)('offloop analyze on a profile of %s', (node) => {
  it('names the calls that blocked', async () => {
    const { code, stdout } = await runCli([
      'analyze',
      await profileBy(node),
      '--json',
      '-',
      '--threshold',
      '20ms',
    ]);
    expect(code).toBe(0);
    const report = JSON.parse(stdout) as Report;
    expect(validateReport(report)).toEqual([]);
    expect(report.target.pid).toBeNull();
    expect(report.loop.delayMs).toBeNull();
    const found = report.findings.map(({ cause, callSite }) => [cause, callSite?.line, callSite?.callee]);
    expect(found).toContainEqual(['serialization', 8, 'stringify']);
    expect(found).toContainEqual(['compression', 9, 'gzipSync']);
    expect(found).toContainEqual(['crypto', 14, 'update']);
  });
});

describe('offloop analyze', () => {
  it('says what else a file is, and shows none of its bytes', async () => {
    const folder = await temporaryFolder();
    const files: readonly (readonly [string, Buffer | string, RegExp])[] = [
      ['a.gz', gzipSync('{}'), /a\.gz is not a CPU profile\. It is compressed with gzip: unpack it first\./],
      [
        'b.bin',
        Buffer.from([0x1b, 0x5b, 0x32, 0x4a, 0, 7]),
        /b\.bin is not a CPU profile\. It is not JSON\./,
      ],
      ['c.json', '{"a":1}', /c\.json is not a CPU profile as V8 writes it: nodes is missing/],
      ['d.json', '', /d\.json is empty/],
    ];
    for (const [name, content, message] of files) {
      await writeFile(join(folder, name), content);
      const { code, stdout, stderr } = await runCli(['analyze', join(folder, name)]);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toMatch(message);
      expect(stderr.trimEnd()).toMatch(/^[ -~]+$/);
    }
  });

  it('says that a truncated profile ends in the middle', async () => {
    const whole = await profileBy(process.execPath);
    const path = join(await temporaryFolder(), 'cut.cpuprofile');
    const text = await readFile(whole);
    // In the middle of something, and where something inside has just been closed.
    for (const length of [5000, text.lastIndexOf('}', 5000) + 1, text.lastIndexOf('"', 5000)]) {
      await writeFile(path, text.subarray(0, length));
      const { code, stdout, stderr } = await runCli(['analyze', path]);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      const bytes = length.toLocaleString('en');
      expect(stderr).toContain(`cut.cpuprofile is truncated: it ends in the middle, after ${bytes} bytes.`);
      expect(stderr).toContain('record again');
    }
  });

  it.each([
    ['nothing.cpuprofile', '', 'is empty'],
    ['text.cpuprofile', 'hello', 'It is not JSON'],
    ['other.cpuprofile', '{"nodes": 3}', 'nodes is missing or not a list'],
    [
      'heap.cpuprofile',
      '{"nodes": [{"id": 1, "callFrame": {}}], "samples": [2], "timeDeltas": [1]}',
      'samples[0]',
    ],
  ])('says what is wrong with %s', async (name, text, reason) => {
    const path = join(await temporaryFolder(), name);
    await writeFile(path, text);
    const { code, stderr } = await runCli(['analyze', path]);
    expect(code).toBe(2);
    expect(stderr).toContain(reason);
  });

  it('writes a profile that reads the same again, and SARIF', async () => {
    const folder = await temporaryFolder();
    const [again, sarif] = [join(folder, 'again.cpuprofile'), join(folder, 'found.sarif')];
    const first = await runCli([
      'analyze',
      await profileBy(process.execPath),
      ...['--json', '-', '--cpuprofile', again, '--sarif', sarif],
    ]);
    const second = await runCli(['analyze', again, '--json', '-']);
    const [one, two] = [JSON.parse(first.stdout) as Report, JSON.parse(second.stdout) as Report];
    expect(two.findings).toEqual(one.findings);
    expect(two.blocks).toEqual(one.blocks);
    const log = JSON.parse(await readFile(sarif, 'utf8')) as { runs: { results: unknown[] }[] };
    expect(log.runs[0]?.results).toHaveLength(one.findings.length);
  });

  it('writes SARIF to standard output, and nothing else there', async () => {
    const { code, stdout } = await runCli([
      'analyze',
      await profileBy(process.execPath),
      ...['--sarif', '-', '--threshold', '20ms'],
    ]);
    expect(code).toBe(0);
    const log = JSON.parse(stdout) as { runs: { results: unknown[] }[] };
    expect(log.runs[0]?.results.length).toBeGreaterThan(0);
  });

  it.each([
    ['--markdown', '## What blocks the event loop'],
    ['--html', '<!DOCTYPE html>'],
    ['--trace', '{"traceEvents":['],
  ])('writes the report with %s', async (option, start) => {
    const path = join(await temporaryFolder(), 'report');
    await runCli(['analyze', await profileBy(process.execPath), '--quiet', option, path]);
    expect((await readFile(path, 'utf8')).slice(0, start.length)).toBe(start);
  });

  it('prints the report when the file for it cannot be written, even if it was to be quiet', async () => {
    const folder = await temporaryFolder();
    const sarif = join(folder, 'found.sarif');
    const { code, stdout, stderr } = await runCli([
      'analyze',
      await profileBy(process.execPath),
      // It takes nothing, but that shows only when it is written to.
      ...['--json', '/dev/full', '--sarif', sarif, '--threshold', '20ms', '--quiet'],
    ]);
    expect(code).toBe(2);
    expect(stdout).toContain('gzipSync');
    expect(stderr).toMatch(/^offloop: Cannot write \/dev\/full: ENOSPC/);
    expect(JSON.parse(await readFile(sarif, 'utf8'))).toHaveProperty('runs');
  });
});
