import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { access, cp, mkdir, readFile, readdir, symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, it } from 'vitest';
import type { RemedyKind } from '../../src/analysis/report.ts';
import { fixFile } from '../../src/investigation/fix.ts';
import { makeProject, someNodes } from './fixProject.ts';
import type { Project } from './fixProject.ts';

const demo = resolve('demo');
const executor = resolve('packages/executor');
const servers: ChildProcess[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) {
    const ended = once(server, 'exit');
    server.kill('SIGTERM');
    await ended;
  }
});

/** A copy of the demo in which the executor is installed. */
async function copyDemo(): Promise<Project> {
  await access(join(executor, 'dist/index.mjs')); // built by `npm run build`
  const project = await makeProject({});
  await cp(demo, project.root, { recursive: true });
  await mkdir(join(project.root, 'node_modules/@offloop'), { recursive: true });
  await symlink(executor, join(project.root, 'node_modules/@offloop/executor'));
  return project;
}

/** Starts the server of a project and gives the url it prints. */
async function start(node: string, { root }: Project): Promise<string> {
  const child = spawn(node, ['server.js'], {
    cwd: root,
    env: { ...process.env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  servers.push(child);
  for await (const line of createInterface(child.stdout)) {
    const url = /http:\/\/\S+/.exec(line)?.[0];
    if (url !== undefined) return url;
  }
  throw new Error('The demo ended before it listened');
}

/** What every route answers: status, type and bytes. */
async function answersOf(url: string): Promise<ReadonlyMap<string, string>> {
  const routes = (await (await fetch(`${url}/routes`)).json()) as readonly { readonly path: string }[];
  const answers = new Map<string, string>();
  for (const { path } of routes) {
    const response = await fetch(url + path);
    const body = Buffer.from(await response.arrayBuffer()).toString('base64');
    answers.set(path, `${String(response.status)} ${response.headers.get('content-type') ?? ''} ${body}`);
  }
  return answers;
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
];

/** Not a builtin, so that only a worker module of its own moves it. */
const refusedByThread = [
  'reports/renderReport.js smoothedRevenue: unknown-callee',
  'routes/search.js replace: regex-cannot-move',
  'routes/search.js toSorted: unknown-callee',
];

const isRefusal = (outcome: string): boolean => !/: (async|thread|extract)$/.test(outcome);

describe.each(someNodes)('the demo on %s', (node) => {
  it.each([
    ['the best fix', null, refusedAlways],
    ['worker threads', 'thread', [...refusedAlways, ...refusedByThread].sort()],
  ] as const)(
    'answers every route the same after %s',
    async (_, kind, refused) => {
      await using original = await copyDemo();
      await using project = await copyDemo();
      const outcomes = await fixBlocks(project, kind);
      expect(outcomes.filter(isRefusal).sort()).toEqual(refused);
      expect(outcomes.length - refused.length).toBeGreaterThan(refused.length);
      const before = await answersOf(await start(node, original));
      const after = await answersOf(await start(node, project));
      expect(before.size).toBeGreaterThan(12);
      expect([...after]).toEqual([...before]);
    },
    180_000,
  );
});
