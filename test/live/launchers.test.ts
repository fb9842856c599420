import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Report } from '../../src/report/report.ts';
import { runCli, startCli } from './cliSupport.ts';
import { startCommand, type StartedCommand } from './startCommand.ts';

const program = `const { pbkdf2Sync } = require('node:crypto');
require('node:http').createServer().listen(0, '127.0.0.1', () => console.log('serving', process.pid));
setInterval(function job() { pbkdf2Sync('secret', 'salt', 300000, 64, 'sha512'); console.log('worked', process.pid); }, 1000);
`;
const spawning = (...commands: readonly (readonly string[])[]): string =>
  `const { spawn } = require('node:child_process');
for (const args of ${JSON.stringify(commands)}) spawn(process.execPath, args, { stdio: 'inherit' });
setInterval(() => {}, 1000);`;

/** What launchers look like from outside, as their real versions do: which script runs what. */
const launchers = [
  { name: 'nodemon', path: 'nodemon/bin/nodemon.js', text: spawning(['a.cjs']), programs: ['a.cjs'] },
  { name: 'nest', path: '.bin/nest', text: spawning(['--enable-source-maps', './a']), programs: ['a.js'] },
  {
    name: 'concurrently',
    path: 'concurrently/dist/bin/concurrently.js',
    text: spawning(['a.cjs'], ['b.cjs']),
    programs: ['a.cjs', 'b.cjs'],
  },
  {
    name: 'ts-node-dev',
    path: '.bin/ts-node-dev',
    text: spawning(['node_modules/ts-node-dev/lib/wrap.js', 'a.ts']),
    programs: ['a.ts'],
  },
  {
    name: 'pm2-runtime',
    path: 'pm2/bin/pm2-runtime',
    text: spawning(['node_modules/pm2/lib/ProcessContainerFork.js']),
    programs: ['a.cjs'],
  },
] as const;
type Launcher = (typeof launchers)[number];

async function projectOf({
  path,
  text,
}: Pick<Launcher, 'path'> & { readonly text: string }): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'offloop-launchers-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const files: Readonly<Record<string, string>> = {
    ...{ 'a.cjs': program, 'b.cjs': program, 'a.js': program, 'a.ts': program },
    [`node_modules/${path}`]: text,
    'node_modules/ts-node-dev/lib/wrap.js': `require('module')._extensions['.ts'] = require('module')._extensions['.js'];
process.argv.splice(1, 1); require(require('node:path').resolve(process.argv[1]));`,
    'node_modules/pm2/lib/ProcessContainerFork.js': `require(require('node:path').resolve('a.cjs'));`,
  };
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  return folder;
}

const served = (command: StartedCommand, times: number): Promise<void> =>
  command.until(() => command.count(/serving \d+/) >= times);

function expectPrograms(json: string, programs: readonly string[]): void {
  const { findings } = JSON.parse(json) as Report;
  const files = findings
    .filter(({ callSite }) => callSite?.callee === 'pbkdf2Sync')
    .map(({ callSite }) => callSite?.file);
  expect(files.toSorted()).toEqual(programs);
}

/** Where several programs were recorded, each thread says whose it is. */
function expectNames(json: string): void {
  const { recording, findings } = JSON.parse(json) as Report;
  expect(recording.notRecorded).toBeUndefined();
  if (new Set(recording.threads.map(({ pid }) => pid)).size === 1) return;
  for (const { callSite, threads } of findings.filter(({ group }) => group === 'block'))
    for (const id of threads)
      expect(recording.threads.find((thread) => thread.id === id)?.title).toMatch(
        new RegExp(`${callSite?.file ?? '-'}$`),
      );
}

it.each(launchers)('what $name starts is recorded when the launcher is attached to', async (launcher) => {
  const folder = await projectOf(launcher);
  const command = startCommand(process.execPath, [join(folder, 'node_modules', launcher.path)], folder);
  await served(command, launcher.programs.length);
  const args = ['--pid', String(command.pid), '--yes', '--root', folder, '--fail-on', '1h'];
  const cli = startCli(['attach', ...args, '--json', '-']);
  // Each is attached to twice: to move its inspector away from the port that all share, and to record it.
  const { length } = launcher.programs;
  await command.until(() => command.count(/Debugger attached\./) >= 2 * length);
  const worked = command.count(/worked/);
  await command.until(() => command.count(/worked/) >= worked + 3 * length);
  cli.child.kill('SIGINT');
  const { code, stdout, stderr } = await cli.ended;
  expect(stderr).toMatch(/only starts programs. What it started is recorded: pid \d+/);
  expect(code).toBe(0);
  expectPrograms(stdout, launcher.programs);
  expectNames(stdout);
});

describe.each(launchers)('what $name starts', (launcher) => {
  it('is recorded when the launcher is run', async () => {
    const folder = await projectOf(launcher);
    const args = ['--duration', '10s', '--root', folder, '--json', '-', '--', process.execPath];
    const { code, stdout } = await runCli(
      ['run', ...args, join(folder, 'node_modules', launcher.path)],
      folder,
    );
    expect(code).toBe(0);
    expectPrograms(stdout, launcher.programs);
  });
});

it('a launcher without a program is not said to be free of blocks', async () => {
  const idle = {
    path: 'nodemon/bin/nodemon.js',
    text: `console.log('serving 0'); setInterval(() => {}, 1000);`,
  } as const;
  const folder = await projectOf(idle);
  const command = startCommand(process.execPath, [join(folder, 'node_modules', idle.path)], folder);
  await served(command, 1);
  const { code, stdout, stderr } = await runCli([
    'attach',
    '--pid',
    String(command.pid),
    '--yes',
    '--fail-on',
    '1h',
  ]);
  expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
  expect(stderr).toContain('(nodemon) only starts programs, and no Node program of it runs now.');
});
