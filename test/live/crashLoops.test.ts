import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openInspector } from '../../src/profiler/targets/openInspector.ts';
import type { Report } from '../../src/report/report.ts';
import { cliPath } from './cliSupport.ts';
import { nodes } from './profilerTarget.ts';
import { record } from './recorderSupport.ts';
import { startCommand, type StartedCommand } from './startCommand.ts';

const tsx = fileURLToPath(new URL('../../node_modules/tsx/dist/cli.mjs', import.meta.url));

const workText = `import { pbkdf2Sync } from 'node:crypto';
export const work = (rounds) => pbkdf2Sync('secret', 'salt', rounds, 64, 'sha512').toString('hex');
`;
const goodText = `import { createServer } from 'node:http';
import { work } from './work.EXT';
createServer().listen(0, '127.0.0.1', () => console.log('serving', process.pid));
setInterval(() => { work(300_000); console.log('worked', process.pid); }, 400);
`;
/** What a file looks like while somebody edits it: each of these crashes while the program starts. */
const broken = {
  syntax: `${goodText}const half = (;\n`,
  thrown: goodText.replace('createServer()', `throw new Error('not yet');\ncreateServer()`),
  missing: `import './not-written-yet.EXT';\n${goodText}`,
  late: `${goodText}work(300_000);\nthrow new Error('too late');\n`,
} as const;

/** A watcher: its command line, and what it restarts after. Node 22 watches no file that it could not parse. */
const watchers = [
  {
    name: 'tsx watch',
    ext: 'ts',
    args: [tsx, 'watch', '--clear-screen=false'],
    edits: Object.values(broken),
  },
  { name: 'node --watch', ext: 'mjs', args: ['--watch'], edits: [broken.thrown, broken.late] },
] as const;
type Watcher = (typeof watchers)[number];

interface Project {
  readonly folder: string;
  readonly script: string;
  save(text: string): Promise<void>;
}

async function projectOf({ ext }: Watcher): Promise<Project> {
  const folder = await mkdtemp(join(tmpdir(), 'offloop-crash-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const script = join(folder, `server.${ext}`);
  const save = (text: string): Promise<void> => writeFile(script, text.replaceAll('EXT', ext));
  await writeFile(
    join(folder, `work.${ext}`),
    ext === 'ts' ? workText.replace('(rounds)', '(rounds: number): string') : workText,
  );
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  await save(goodText);
  return { folder, script, save };
}

/** Saves what crashes, one after the other, then what runs; says between which moments the program was down, ms since the epoch. */
async function edit(
  project: Project,
  { edits }: Watcher,
  watched: StartedCommand,
): Promise<readonly [number, number]> {
  let from: number | null = null;
  for (const text of edits) {
    const crashes = watched.count(/^Node\.js v/m);
    await saveUntil(project, text, watched, () => watched.count(/^Node\.js v/m) > crashes);
    from ??= Date.now();
  }
  const starts = watched.count(/serving \d+/);
  const to = Date.now();
  await saveUntil(project, goodText, watched, () => watched.count(/serving \d+/) > starts);
  return [from ?? to, to];
}

/** A watcher that has just started its program does not look yet: what is saved then is saved again. */
async function saveUntil(
  project: Project,
  text: string,
  watched: StartedCommand,
  isNoticed: () => boolean,
): Promise<void> {
  await project.save(text);
  const again = setInterval(() => void project.save(text), 2_000);
  await watched.until(isNoticed).finally(() => {
    clearInterval(again);
  });
}

const hasWorked = (watched: StartedCommand, pid: string, rounds = 3): boolean =>
  watched.count(new RegExp(`worked ${pid}\\s`)) >= rounds;
const lastPid = (watched: StartedCommand): string =>
  [...watched.text().matchAll(/serving (\d+)\s/g)].at(-1)?.[1] ?? '';

/** What says something about the own code, or the machine; nothing else may be found. */
function expectOwnFindings(report: Report, ext: string): void {
  const others = report.findings.filter(
    ({ cause, group }) => cause !== 'starved' && cause !== 'gc' && group !== 'startup',
  );
  const own = { file: `work.${ext}`, callee: 'pbkdf2Sync', function: 'work', line: 2, origin: 'user' };
  expect(others.map(({ callSite, cause, stale }) => ({ callSite, cause, stale }))).toEqual([
    { callSite: expect.objectContaining(own) as unknown, cause: 'crypto', stale: false },
  ]);
}

/** No block lasts through the time that the program was down. */
function expectNoBlockAcross({ recording, blocks }: Report, [from, to]: readonly [number, number]): void {
  const origin = Date.parse(recording.startedAt ?? '');
  const across = blocks.filter(
    ({ startMs, durationMs }) => origin + startMs <= from && origin + startMs + durationMs >= to,
  );
  expect(across).toEqual([]);
}

const environment = (node: string): NodeJS.ProcessEnv => ({
  PATH: `${dirname(node)}:${process.env['PATH'] ?? ''}`,
});

describe.each(nodes)('a program that crashes while it is edited, on %s', (node) => {
  it.each(watchers)('is followed by one session as long as $name runs', async (watcher) => {
    const project = await projectOf(watcher);
    const watched = startCommand(node, [...watcher.args, project.script], project.folder, environment(node));
    await watched.until(() => lastPid(watched) !== '');
    // Only the watcher keeps the session: the program is down for much longer.
    const { recorder, event } = record(
      { kind: 'pid', pid: watched.pid },
      { root: project.folder, giveUpAfterMs: 1 },
    );
    await event('report', ({ report }) => report.findings.length > 0);
    const down = await edit(project, watcher, watched);
    const pid = Number(lastPid(watched));
    const { restarts } = await event('attached', ({ target }) => target.pid === pid);
    const { report } = await event(
      'report',
      ({ run, report: { findings } }) => run === restarts && findings.length > 0,
    );
    expectOwnFindings(report, watcher.ext);
    recorder.stop();
    const ended = await event('ended');
    expect(ended).toMatchObject({ run: restarts, reason: null });
    expectNoBlockAcross(ended.report, down);
  });

  it.each(watchers)('is one report of offloop run with $name', async (watcher) => {
    const project = await projectOf(watcher);
    const args = [
      'run',
      '--root',
      project.folder,
      '--json',
      '-',
      '--',
      node,
      ...watcher.args,
      project.script,
    ];
    const cli = startCommand(process.execPath, [cliPath, ...args], project.folder, environment(node));
    // A watcher kills it: what is kept of it are the windows that have ended, each of two seconds.
    await cli.until(() => hasWorked(cli, lastPid(cli), 10));
    const down = await edit(project, watcher, cli);
    const pid = lastPid(cli);
    await cli.until(() => cli.count(new RegExp(`Recording .*pid ${pid}\\)`)) > 0);
    await cli.until(() => hasWorked(cli, pid));
    process.kill(cli.pid, 'SIGINT');
    expect(await cli.exited).toBe(0);
    const report = JSON.parse(cli.stdout()) as Report;
    expectOwnFindings(report, watcher.ext);
    expectNoBlockAcross(report, down);
    expect(report.recording.durationMs).toBeGreaterThan(down[1] - down[0]);
    expect(report.blocks.filter(({ startMs }) => startMs > report.recording.durationMs)).toEqual([]);
    // Starting costs the same each time: only the first start is told of.
    const starting = new Set(
      report.blocks
        .filter(({ group }) => group === 'startup')
        .map(({ thread }) => report.recording.threads.find(({ id }) => id === thread)?.pid),
    );
    expect(starting.size).toBeLessThanOrEqual(1);
  });
});

it('a program that ends while its inspector is opened is not said to handle the signal', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'offloop-crash-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  // No search finds the name of the signal in it.
  const text = `process.on(['S', 'IGU', 'SR1'].join(''), () => process.exit(1)); setInterval(() => {}, 1000); console.log('ready');`;
  await writeFile(join(folder, 'ends.cjs'), text);
  const program = startCommand(process.execPath, ['ends.cjs'], folder);
  await program.until(() => program.count(/ready/) > 0);
  const opened = await openInspector(program.pid);
  expect(opened).toMatchObject({
    ok: false,
    error: { message: `Process ${String(program.pid)} ended meanwhile.` },
  });
});
