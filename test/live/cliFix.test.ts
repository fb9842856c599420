import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { FixJson } from '../../src/investigation/fixJson.ts';
import { runCli } from './cliSupport.ts';
import { makeProject } from './fixProject.ts';
import type { Project } from './fixProject.ts';

const program = `import { readFileSync } from 'node:fs';
import { pbkdf2Sync } from 'node:crypto';

export const page = async (name) => readFileSync(name, 'utf8');
export const key = async (word) => pbkdf2Sync(word, 'salt', 10, 16, 'sha256').toString('hex');
export const title = {
  get text() {
    return readFileSync('title.txt', 'utf8');
  },
};
`;

const newProject = (): Promise<Project> =>
  makeProject({ 'app.js': program, 'package.json': '{\n  "name": "app",\n  "type": "module"\n}\n' });

const fix = ({ root }: Project, ...args: readonly string[]) => runCli(['fix', '--root', root, ...args]);
const place = ({ root }: Project, line: string): string => `${join(root, 'app.js')}:${line}`;
const textOf = ({ root }: Project): Promise<string> => readFile(join(root, 'app.js'), 'utf8');

describe('offloop fix', () => {
  it('prints the change and writes nothing, until it is told to write', async () => {
    await using project = await newProject();
    const shown = await fix(project, place(project, '4'));
    expect(shown.code).toBe(0);
    expect(shown.stdout).toContain("+export const page = async (name) => await readFile(name, 'utf8');");
    expect(await textOf(project)).toBe(program);
    const written = await fix(project, place(project, '4'), '--write');
    expect([written.code, written.stdout, written.stderr]).toEqual([0, '', 'Wrote app.js.\n']);
    expect(await textOf(project)).toContain("await readFile(name, 'utf8')");
  });

  it('brings the executor along for a worker thread', async () => {
    await using project = await newProject();
    const { code, stderr } = await fix(project, place(project, '5'), '--with', 'thread', '--write');
    expect(code).toBe(0);
    expect(stderr).toContain('Run your package manager once');
    expect(await textOf(project)).toContain("(await toThread(pbkdf2Sync, word, 'salt', 10, 16, 'sha256'))");
    expect(await readdir(join(project.root, 'vendor'))).toEqual([
      expect.stringMatching(/^offloop-executor-.*\.tgz$/),
    ]);
    const manifest = await readFile(join(project.root, 'package.json'), 'utf8');
    expect(manifest).toMatch(/"@offloop\/executor": "file:vendor\/offloop-executor-.*\.tgz"/);
  });

  it.each([
    ['async', 'in-accessor'],
    ['thread', 'in-accessor'],
    ['hoist', 'unsupported-remedy'],
  ])('refuses with exit code 5 what %s cannot do, in JSON, and writes nothing', async (kind, code) => {
    await using project = await newProject();
    const args = [place(project, '8'), '--with', kind, '--write', '--json', '-'];
    const refused = await fix(project, ...args);
    expect(refused.code).toBe(5);
    const json = JSON.parse(refused.stdout) as FixJson;
    expect(json).toMatchObject({ applied: false, edits: [], refusal: { code, file: 'app.js' } });
    expect(refused.stderr).toContain('Nothing was written.');
    expect(await textOf(project)).toBe(program);
    expect((await readdir(project.root)).sort()).toEqual(['app.js', 'package.json']);
  });

  it.each([
    [['app.js'], 2, 'names no line'],
    [['app.js:x'], 2, 'names no line'],
    [['none.js:1'], 2, 'does not exist'],
    [['app.js:99'], 5, 'there is no line 99'],
    [['app.js:1'], 5, 'no call on line 1'],
    [['app.js:4', '--with', 'magic'], 2, 'choose one of async, thread'],
    [['--all', 'none.json'], 2, 'none.json as a report: there is no such file.'],
    [['--all', 'package.json'], 2, 'package.json is not a report.'],
    [['--all', 'app.js'], 2, 'app.js as a report: it is not JSON.'],
    [[], 2, 'Name the call to fix'],
  ] as const)('says how to put %j', async (args, exit, words) => {
    await using project = await newProject();
    const absolute = args.map((each) => each.replace(/^(app|none|package)\.js/, join(project.root, '$1.js')));
    const { code, stderr } = await fix(project, ...absolute);
    expect([code, stderr]).toEqual([exit, expect.stringContaining(words)]);
  });

  it('fixes all calls of a report, those that earlier fixes moved included', async () => {
    await using project = await newProject();
    const scanned = await runCli(['scan', project.root, '--root', project.root, '--json', '-']);
    const report = join(project.root, 'report.json');
    await writeFile(report, scanned.stdout);
    const { code, stderr } = await fix(project, '--all', report, '--write');
    expect([code, stderr]).toEqual([0, 'Wrote app.js.\nWrote app.js.\n']);
    expect(await textOf(project)).toMatch(/await readFile\(name, 'utf8'\);\n.*await pbkdf2Async\(word/);
  });
});
