import { access, cp, mkdir, readFile, readdir, symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RemedyKind } from '../../src/report/remedyKind.ts';
import type { Report } from '../../src/report/report.ts';
import { fixFile } from '../../src/fixes/fix.ts';
import { runUntil, startDemo } from './demoServer.ts';
import type { DemoServer } from './demoServer.ts';
import { makeProject, someNodes } from './fixProject.ts';
import type { Project } from './fixProject.ts';

const cli = resolve('dist/cli.js');
const demo = resolve('demo');
const executor = resolve('packages/executor');
/** A copy of the demo in which the executor is installed. */
async function copyDemo(): Promise<Project> {
  await access(join(executor, 'dist/index.mjs')); // built by `npm run build`
  const project = await makeProject({});
  await cp(demo, project.root, { recursive: true });
  await mkdir(join(project.root, 'node_modules/@offloop'), { recursive: true });
  await symlink(executor, join(project.root, 'node_modules/@offloop/executor'));
  return project;
}

/** What every route answers: status, type and bytes. */
async function answersOf(server: DemoServer): Promise<ReadonlyMap<string, string>> {
  const routes = JSON.parse((await server.get('/routes')).body.toString('utf8')) as readonly {
    readonly path: string;
  }[];
  const answers = new Map<string, string>();
  for (const { path } of routes) {
    const { status, type, body } = await server.get(path);
    answers.set(path, `${String(status)} ${type} ${body.toString('base64')}`);
  }
  return answers;
}

/** The places that block in a server while every route is asked twice: `file:line`. */
async function placesFound(server: DemoServer, { root }: Project): Promise<readonly string[]> {
  const attach = [cli, 'attach', server.inspector, '--root', root, '--json', '-'];
  const { stdout } = await runUntil(process.execPath, attach, /^Recording /m, async () => {
    await answersOf(server);
    await answersOf(server);
  });
  const { findings } = JSON.parse(stdout) as Report;
  return findings.flatMap(({ callSite }) =>
    callSite === null ? [] : [`${callSite.file}:${String(callSite.line)}`],
  );
}

/** Where the lines that announce a block are now, in the order of `plantedBlocks`: `file:line`. */
async function placesOfPlants(project: Project): Promise<readonly string[]> {
  const places: string[] = [];
  for (const { file, line } of await plantedBlocks(project)) {
    const lines = (await readFile(join(project.root, file), 'utf8')).split('\n');
    places.push(`${file}:${String(lines.indexOf(line) + 1)}`);
  }
  return places;
}

/** The lines that the demo itself marks as blocking. */
async function plantedBlocks({
  root,
}: Project): Promise<readonly { readonly file: string; readonly line: string; readonly callee: string }[]> {
  const files = (await readdir(root, { recursive: true })).filter((name) =>
    /^(routes|reports)\/.*\.js$/.test(name),
  );
  const blocks = [];
  for (const file of files.sort()) {
    for (const line of (await readFile(join(root, file), 'utf8')).split('\n')) {
      const callee = /\/\/ block: \S+ ([\w.]+)/.exec(line)?.[1];
      if (callee !== undefined) blocks.push({ file, line, callee });
    }
  }
  return blocks;
}

/** `file callee: kind of the fix, or code of the refusal` for each planted block. */
async function fixBlocks(project: Project, kind: RemedyKind | null): Promise<readonly string[]> {
  const outcomes: string[] = [];
  for (const { file, line, callee } of await plantedBlocks(project)) {
    const lines = (await readFile(join(project.root, file), 'utf8')).split('\n');
    const index = lines.indexOf(line);
    const { json } = await fixFile({
      root: project.root,
      file,
      line: index + 1,
      column: line.indexOf(`${callee}(`) + 1,
      kind,
      write: true,
      accept: true,
      executorTarball: null,
      executorModule: '@offloop/executor',
    });
    outcomes.push(`${file} ${callee}: ${json.refusal?.code ?? json.kind ?? ''}`);
  }
  return outcomes;
}

/** What no fix can move without changing the code around it, and why. */
const refusedAlways = [
  'routes/account.js pbkdf2Sync: in-constructor',
  'routes/catalog.js JSON.parse: result-copy-costs-more',
  'routes/catalog.js JSON.stringify: argument-copy-costs-more',
  'routes/customers.js all: handle-cannot-cross-threads',
  'routes/files.js readFileSync: in-accessor',
  // Its pattern backtracks: a worker would only be busy for as long.
  'routes/search.js replace: slow-pattern',
];

/** Not a builtin, so that only a worker module of its own moves it. */
const refusedByThread = [
  'reports/renderReport.js smoothedRevenue: unsupported-remedy',
  'routes/search.js toSorted: unknown-callee',
];

const isRefusal = (outcome: string): boolean => !/: (async|thread|extract)$/.test(outcome);

/** Starting a program copies the memory map of this one, on the loop, however it is waited for. */
const startsProgram = (outcome: string): boolean => / exec(File)?Sync:/.test(outcome);

describe.each(someNodes)('the demo on %s', (node) => {
  it.each([
    ['the best fix', null, refusedAlways],
    ['worker threads', 'thread', [...refusedAlways, ...refusedByThread].sort()],
  ] as const)(
    'answers every route the same after %s, and no moved call blocks any more',
    async (_, kind, refused) => {
      await using original = await copyDemo();
      await using project = await copyDemo();
      const outcomes = await fixBlocks(project, kind);
      expect(outcomes.filter(isRefusal).sort()).toEqual(refused);
      expect(outcomes.length - refused.length).toBeGreaterThan(refused.length);
      const before = await answersOf(await startDemo(node, original.root));
      const server = await startDemo(node, project.root);
      expect(before.size).toBeGreaterThan(12);
      expect([...(await answersOf(server))]).toEqual([...before]);
      const places = await placesOfPlants(project);
      const found = await placesFound(server, project);
      const blocks = outcomes.filter((_, index) => found.includes(places[index] ?? ''));
      expect(blocks.filter((each) => !isRefusal(each) && !startsProgram(each))).toEqual([]);
      expect(blocks.filter(isRefusal)).not.toEqual([]);
    },
    180_000,
  );
});
