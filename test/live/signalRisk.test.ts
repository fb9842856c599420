import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { PlannerClient } from '../../src/investigation/helpers/plannerClient.ts';
import { built, record } from './recorderSupport.ts';
import { startCommand, type StartedCommand } from './startCommand.ts';

const server = `require('node:http').createServer().listen(0, '127.0.0.1', () => console.log('serving', process.pid));`;
/** It would handle the signal, but the program only names it. */
const files: Readonly<Record<string, string>> = {
  'main.cjs': `if (process.argv[9]) require('reload'); ${server}`,
  'quiet.cjs': server,
  'node_modules/reload/package.json': '{"name":"reload"}',
  'node_modules/reload/index.js': `\nprocess.on('SIGUSR1', () => console.log('HANDLED'));`,
  'node_modules/nodemon/bin/nodemon.js': `require('node:child_process').spawn(process.execPath, ['main.cjs'], { stdio: 'inherit' });`,
};

async function started(
  script: string,
): Promise<{ readonly folder: string; readonly command: StartedCommand }> {
  const folder = await mkdtemp(join(tmpdir(), 'offloop-risk-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  const command = startCommand(process.execPath, [join(folder, script)], folder);
  await command.until(() => command.count(/serving \d+/) > 0);
  return { folder, command };
}

function newPlanner(): PlannerClient {
  const planner = new PlannerClient(built('offloop-planner.js'), (text) => process.stderr.write(text));
  onTestFinished(() => {
    planner[Symbol.dispose]();
  });
  return planner;
}

it.each(['main.cjs', 'node_modules/nodemon/bin/nodemon.js'])(
  'what the signal may set off is known before it is sent to %s',
  async (script) => {
    const { folder, command } = await started(script);
    expect(await newPlanner().ask('signalRisk', { pid: command.pid })).toEqual({
      trace: { path: join(folder, 'node_modules/reload/index.js'), line: 2, origin: 'dependency' },
      isComplete: true,
    });
  },
);

it.each(['main.cjs', 'node_modules/nodemon/bin/nodemon.js'])(
  'the program whose inspector opens with that of %s is known by its name',
  async (script) => {
    const { command } = await started(script);
    const [, pid] = await command.wrote(/serving (\d+)/);
    const programs = await newPlanner().ask('programs', { pid: command.pid });
    expect(programs).toEqual([{ pid: Number(pid), name: 'main.cjs' }]);
  },
);

it('nothing is said of a program that leaves the signal to Node', async () => {
  const { command } = await started('quiet.cjs');
  const none = { trace: null, isComplete: true };
  expect(await newPlanner().ask('signalRisk', { pid: command.pid })).toEqual(none);
});

it('the signal is sent to a program that may handle it only when the user was told', async () => {
  const { folder, command } = await started('main.cjs');
  const untold = record({ kind: 'pid', pid: command.pid }, { root: folder });
  expect((await untold.event('failed')).message).toContain('may handle SIGUSR1 itself');
  const told = record({ kind: 'pid', pid: command.pid, toldRisk: true }, { root: folder });
  expect((await told.event('attached')).target.pid).toBe(command.pid);
  told.recorder.stop();
  await told.event('ended');
});
