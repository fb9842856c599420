import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished, describe } from 'vitest';
import { findInspector, type OpenInspector } from '../../src/profiler/targets/discover.ts';
import { openInspector } from '../../src/profiler/targets/openInspector.ts';
import { readNodeProcess } from '../../src/profiler/targets/processTable.ts';
import type { Report } from '../../src/report/report.ts';
import { runCli, startCli } from './cliSupport.ts';
import { nodes } from './profilerTarget.ts';
import { startCommand } from './startCommand.ts';

/** A folder with files by name, removed when the test ends. */
async function folderOf(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'offloop-open-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return folder;
}

const blocking = `
const { pbkdf2Sync } = require('node:crypto');
require('node:http').createServer().listen(0, '127.0.0.1', () => console.log('serving', process.pid));
function work() { pbkdf2Sync('secret', 'salt', 300000, 64, 'sha512'); }
setInterval(work, 400);
`;

async function attachJson(pid: number, root: string): Promise<Report> {
  const args = ['--pid', String(pid), '--yes', '--duration', '3s', '--root', root, '--json', '-'];
  const { stdout, stderr, code } = await runCli(['attach', ...args]);
  expect([code, stderr]).toEqual([0, expect.anything()]);
  return JSON.parse(stdout) as Report;
}

const calleesOf = ({ findings }: Report): readonly (string | null | undefined)[] =>
  findings.map(({ callSite }) => callSite?.callee);

async function inspectorOf(pid: number): Promise<OpenInspector | null> {
  const entry = await readNodeProcess(pid);
  if (entry === null) throw new Error(`process ${String(pid)} is gone`);
  return findInspector(entry);
}

const closesAgain = (pid: number): Promise<void> =>
  expect.poll(() => inspectorOf(pid), { timeout: 20_000 }).toBe(null);

describe.each(nodes)('programs without an inspector on %s', (node) => {
  it('are recorded at the same time, and closed again', async () => {
    const folder = await folderOf({
      'a.cjs': blocking,
      'b.cjs': `${blocking}\nnew (require('node:worker_threads').Worker)('setInterval(() => {}, 100)', { eval: true });`,
    });
    const programs = ['a.cjs', 'b.cjs'].map((name) => startCommand(node, [name], folder));
    for (const program of programs) await program.wrote(/serving/);
    const reports = await Promise.all(programs.map(({ pid }) => attachJson(pid, folder)));
    for (const [index, report] of reports.entries()) {
      expect(report.target.pid).toBe(programs[index]?.pid);
      expect(calleesOf(report)).toContain('pbkdf2Sync');
    }
    for (const { pid } of programs) await closesAgain(pid);
  });

  it('leave the usual port to the next as soon as they are open', async () => {
    const folder = await folderOf({ 'a.cjs': blocking });
    const programs = [0, 1, 2].map(() => startCommand(node, ['a.cjs'], folder));
    for (const program of programs) await program.wrote(/serving/);
    for (const { pid } of programs)
      expect(await openInspector(pid)).toMatchObject({
        ok: true,
        value: { openedByUs: true, keepsPort: null },
      });
  });

  const launchers: readonly (readonly [string, Readonly<Record<string, string>>, () => readonly string[]])[] =
    [
      [
        'npm',
        { 'main.cjs': blocking, 'package.json': `{"scripts":{"start":"\\"${node}\\" main.cjs"}}` },
        () => ['npm', 'start'],
      ],
      ['node --watch', { 'main.cjs': blocking }, () => [node, '--watch', 'main.cjs']],
      [
        'tsx watch',
        { 'main.ts': blocking, 'package.json': '{}' },
        () => [node, join(process.cwd(), 'node_modules/tsx/dist/cli.mjs'), 'watch', 'main.ts'],
      ],
      [
        'a wrapper of its own',
        {
          'main.cjs': blocking,
          'run.cjs':
            "require('node:child_process').spawn(process.execPath, ['main.cjs'], { stdio: 'inherit' });",
        },
        () => [node, 'run.cjs'],
      ],
      [
        "a cluster's primary",
        {
          'main.cjs': `const cluster = require('node:cluster');
if (cluster.isPrimary) { cluster.fork(); cluster.fork(); } else { ${blocking} }`,
        },
        () => [node, 'main.cjs'],
      ],
    ];

  it.each(launchers)('are recorded when it is %s that is named', async (_name, files, command) => {
    const folder = await folderOf(files);
    const [program = '', ...args] = command();
    const launcher = startCommand(program, args, folder);
    const [, pid = ''] = await launcher.wrote(/serving (\d+)/);
    const report = await attachJson(launcher.pid, folder);
    expect(report.recording.threads.map(({ pid: of }) => of)).toContain(Number(pid));
    expect(calleesOf(report)).toContain('pbkdf2Sync');
    await closesAgain(Number(pid));
  });

  it('are not found below a launcher that has none', async () => {
    const folder = await folderOf({ 'main.cjs': '' });
    const launcher = startCommand(node, ['--watch', 'main.cjs'], folder);
    await launcher.wrote(/[Cc]ompleted running/);
    const { code, stderr } = await runCli(['attach', '--pid', String(launcher.pid), '--yes']);
    expect(code).toBe(3);
    expect(stderr).toContain('only starts programs');
  });
});

const server = "setInterval(() => {}, 1000); console.log('serving');";
const handler = (listen: string): string => `${listen}; ${server}`;
const say = "() => console.log('HANDLED')";

const handlers: readonly (readonly [string, Readonly<Record<string, string>>, readonly string[]])[] = [
  ['process.on', { 'main.cjs': handler(`process.on('SIGUSR1', ${say})`) }, ['main.cjs']],
  ['process.once', { 'main.cjs': handler(`process.once('SIGUSR1', ${say})`) }, ['main.cjs']],
  ['addListener', { 'main.cjs': handler(`process.addListener('SIGUSR1', ${say})`) }, ['main.cjs']],
  ['prependListener', { 'main.cjs': handler(`process.prependListener('SIGUSR1', ${say})`) }, ['main.cjs']],
  ['a computed name', { 'main.cjs': handler(`const n = 1; process.on('SIGUSR' + n, ${say})`) }, ['main.cjs']],
  [
    'all signals in a loop',
    {
      'main.cjs': handler(
        `for (const name of Object.keys(require('os').constants.signals)) try { process.on(name, ${say}) } catch {}`,
      ),
    },
    ['main.cjs'],
  ],
  [
    'another file',
    {
      'main.mjs': `import './lib/reload.mjs'; ${server}`,
      'lib/reload.mjs': `process.on('SIGUSR1', ${say});`,
    },
    ['main.mjs'],
  ],
  [
    'a file that is loaded by a computed name',
    {
      'main.cjs': `const part = 'reload'; require('./lib/' + part); ${server}`,
      'lib/reload.js': `process.on('SIGUSR1', ${say});`,
      'package.json': '{"name":"app"}',
    },
    ['main.cjs'],
  ],
  [
    'a dependency of a dependency',
    {
      'main.cjs': `require('first'); ${server}`,
      'node_modules/first/index.js': "require('second');",
      'node_modules/first/package.json': '{"name":"first","dependencies":{"second":"1"}}',
      'node_modules/second/lib.js': `process.on('SIGUSR1', ${say});`,
      'node_modules/second/package.json': '{"name":"second","main":"lib.js"}',
    },
    ['main.cjs'],
  ],
  [
    'a file that is loaded first',
    { 'main.cjs': server, 'first.cjs': `process.on('SIGUSR1', ${say});` },
    ['-r', './first.cjs', 'main.cjs'],
  ],
  [
    'a tool that is started by its path',
    {
      'node_modules/tool/bin.js': handler(`process.on('SIGUSR1', ${say})`),
      'node_modules/tool/package.json': '{"name":"tool"}',
    },
    ['node_modules/tool/bin.js'],
  ],
  ['the command line', {}, ['-e', handler(`process.on('SIGUSR1', ${say})`)]],
];

describe('SIGUSR1', () => {
  it.each(handlers)('is not sent to a program that handles it, by %s', async (_how, files, args) => {
    const folder = await folderOf(files);
    const program = startCommand(process.execPath, args, folder);
    await program.wrote(/serving/);
    const { code, stderr } = await runCli([
      'attach',
      '--pid',
      String(program.pid),
      '--yes',
      '--duration',
      '1s',
    ]);
    expect([code, stderr]).toEqual([3, expect.stringContaining('start it with --inspect')]);
    // Its own signal would be answered within milliseconds: it gets one that is sure to be handled.
    process.kill(program.pid, 'SIGUSR1');
    await program.wrote(/HANDLED/);
    expect(program.text().match(/HANDLED/g)).toHaveLength(1);
  });

  it('is not sent to a program that loads its handler by NODE_OPTIONS', async () => {
    const folder = await folderOf({ 'main.cjs': server, 'first.cjs': `process.on('SIGUSR1', ${say});` });
    const options = { NODE_OPTIONS: '--require ./first.cjs' };
    const program = startCommand(process.execPath, ['main.cjs'], folder, options);
    await program.wrote(/serving/);
    expect(await openInspector(program.pid)).toMatchObject({ ok: false });
    expect(program.text()).not.toContain('HANDLED');
  });

  it.each([
    [
      'names it for others',
      `process.on('SIGUSR2', () => {}); \n// SIGUSR1 is left alone\nif (process.argv[9]) process.kill(1, 'SIGUSR1');`,
      {},
    ],
    [
      'depends on a table of signals',
      "require('signals');",
      {
        'node_modules/signals/index.js': "exports.all = ['SIGINT', 'SIGUSR1'];",
        'node_modules/signals/package.json': '{"name":"signals"}',
      },
    ],
  ])('is sent to a program that %s', async (_how, text, files) => {
    const folder = await folderOf({ 'main.cjs': `${text}\n${server}`, ...files });
    const program = startCommand(process.execPath, ['main.cjs'], folder);
    await program.wrote(/serving/);
    expect(await openInspector(program.pid)).toMatchObject({ ok: true, value: { openedByUs: true } });
  });

  it('is not sent before somebody agreed', async () => {
    const folder = await folderOf({ 'main.cjs': server });
    const program = startCommand(process.execPath, ['main.cjs'], folder);
    await program.wrote(/serving/);
    const { code, stderr } = await startCli(['attach', '--pid', String(program.pid)]).ended;
    expect([code, stderr]).toEqual([2, expect.stringContaining('--yes')]);
    expect((await readNodeProcess(program.pid))?.ports).toEqual([]);
  });
});
