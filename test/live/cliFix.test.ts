import { execFile } from 'node:child_process';
import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/report/report.ts';
import type { FixJson } from '../../src/fixes/fixJson.ts';
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
const git = ({ root }: Project, ...args: readonly string[]) =>
  promisify(execFile)('git', ['-C', root, ...args]);
const textOf = ({ root }: Project): Promise<string> => readFile(join(root, 'app.js'), 'utf8');

describe('offloop fix', () => {
  it('offers in its help what --with takes', async () => {
    const { stdout } = await runCli(['fix', '--help']);
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain('one of async, thread, executor, extract (default:');
  });

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
    expect(stderr).toContain('Run your package manager');
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
    [['app.js'], 2, 'has no line'],
    [['app.js:x'], 2, 'has no line'],
    [['none.js:1'], 2, 'does not exist'],
    [['app.js:99'], 5, 'there is no line 99.\n  (no-call-here, app.js:99:1)'],
    [['app.js:1:999'], 5, 'there is no column 999.\n  (no-call-here, app.js:1:999)'],
    [['app.js:4', '--with', 'hoist'], 2, 'choose one of async, thread, executor, extract.'],
    [['--all', 'package.json', '--json', 'out.json'], 2, '--all has no JSON output'],
    [['app.js:1'], 5, 'no call on line 1'],
    [['app.js:4', '--with', 'magic'], 2, 'choose one of async, thread'],
    [['--all', 'none.json'], 2, 'none.json as a report: there is no such file.'],
    [
      ['--all', 'package.json'],
      2,
      "package.json is not a report. In it, the file must have required property 'version'.",
    ],
    [['--all', 'app.js'], 2, 'app.js as a report: it is not JSON.'],
    [[], 2, 'Name the call to fix'],
  ] as const)('says how to put %j', async (args, exit, words) => {
    await using project = await newProject();
    const absolute = args.map((each) => each.replace(/^(app|none|package)\.js/, join(project.root, '$1.js')));
    const { code, stderr } = await fix(project, ...absolute);
    expect([code, stderr]).toEqual([exit, expect.stringContaining(words)]);
  });
});

const cached = `import { readFileSync } from 'node:fs';

const pages = new Map();
export async function page(name) {
  if (!pages.has(name)) pages.set(name, readFileSync(name, 'utf8'));
  return pages.get(name);
}
export const other = async (name) => readFileSync(name, 'utf8');
`;

const newCached = (): Promise<Project> =>
  makeProject({ 'app.js': cached, 'package.json': '{ "type": "module" }' });

describe('a fix that needs review', () => {
  it('is shown with what it assumes', async () => {
    await using project = await newCached();
    const { code, stdout, stderr } = await fix(project, place(project, '5'), '--with', 'async');
    expect([code, stdout]).toEqual([0, expect.stringContaining('+  if (!pages.has(name))')]);
    expect(stderr).toMatch(/This fix needs review[^]*\(state-across-wait, app\.js:5\)/);
  });

  it('is not written by --write alone, and its JSON says why', async () => {
    await using project = await newCached();
    const args = [place(project, '5'), '--with', 'async', '--write', '--json', '-'];
    const { code, stdout, stderr } = await fix(project, ...args);
    expect([code, await textOf(project)]).toEqual([5, cached]);
    const json = JSON.parse(stdout) as FixJson;
    expect(json).toMatchObject({
      applied: false,
      refusal: null,
      assumptions: [{ code: 'state-across-wait', file: 'app.js', line: 5 }],
    });
    expect(json.edits[0]?.after).toContain('await readFile(name');
    expect(stderr).toContain('add --accept');
  });

  it('is written when it is accepted', async () => {
    await using project = await newCached();
    const args = [place(project, '5'), '--with', 'async', '--write', '--accept', '--json', '-'];
    const { code, stdout } = await fix(project, ...args);
    expect([code, (JSON.parse(stdout) as FixJson).applied]).toEqual([0, true]);
    expect(await textOf(project)).toContain('await readFile(name');
  });

  it('is left out of the fixes of a report, and listed', async () => {
    await using project = await newCached();
    const args = ['--all', await reportOf(project), '--with', 'async', '--write'];
    const left = await fix(project, ...args);
    expect([left.code, left.stderr]).toEqual([
      5,
      expect.stringMatching(/needs review[^]*left out[^]*Wrote app\.js/),
    ]);
    expect((await textOf(project)).match(/await readFile/g)).toHaveLength(1);
    const taken = await fix(
      project,
      '--all',
      await reportOf(project),
      '--with',
      'async',
      '--write',
      '--accept',
    );
    expect(taken.code).toBe(0);
    expect((await textOf(project)).match(/await readFile/g)).toHaveLength(2);
  });
});

/** Scans the project and keeps the findings of some callees; gives the path of the report. */
async function reportOf({ root }: Project, keeps = (_callee: string): boolean => true): Promise<string> {
  const scanned = await runCli(['scan', root, '--root', root, '--json', '-']);
  const report = JSON.parse(scanned.stdout) as Report;
  const findings = report.findings.filter(({ callSite }) => keeps(callSite?.callee ?? ''));
  const path = join(root, 'report.json');
  await writeFile(path, JSON.stringify({ ...report, findings }));
  return path;
}

const newPair = (): Promise<Project> =>
  makeProject({ 'app.js': pair, 'package.json': '{ "type": "module" }' });

const pair = `import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

export async function load(x) {
  const a = readFileSync('a.txt');
  return [gzipSync(x), gzipSync(a)];
}
`;

const write = ({ root }: Project, text: string): Promise<void> => writeFile(join(root, 'app.js'), text);

describe('offloop fix --all', () => {
  it('fixes all calls of a report, those that earlier fixes moved included', async () => {
    await using project = await newProject();
    const report = await reportOf(project);
    const { code, stderr } = await fix(project, '--all', report, '--write');
    expect([code, stderr]).toEqual([0, 'Wrote app.js.\n']);
    expect(await textOf(project)).toMatch(/await readFile\(name, 'utf8'\);\n.*await pbkdf2Async\(word/);
  });

  it('finds a call again where the file has changed since, and touches no other', async () => {
    await using project = await newPair();
    const report = await reportOf(project, (callee) => callee === 'readFileSync');
    await write(project, `// A new first line puts another call on the line of the report.\n${pair}`);
    const { code, stderr } = await fix(project, '--all', report, '--write');
    expect([code, stderr]).toEqual([0, 'Wrote app.js.\n']);
    const after = await textOf(project);
    expect(after).toContain("const a = await readFile('a.txt');\n  return [gzipSync(x), gzipSync(a)];");
  });

  it('fixes a call once that blocks in two ways', async () => {
    await using project = await newPair();
    const path = await reportOf(project, (callee) => callee === 'readFileSync');
    const report = JSON.parse(await readFile(path, 'utf8')) as Report;
    const twice = report.findings.flatMap((each) => [each, { ...each, id: '0123456789ab', cause: 'gc' }]);
    await writeFile(path, JSON.stringify({ ...report, findings: twice }));
    const { code, stderr } = await fix(project, '--all', path, '--write');
    expect([code, stderr]).toEqual([0, 'Wrote app.js.\n']);
  });

  it('refuses a call that changed since, and says so', async () => {
    await using project = await newPair();
    const report = await reportOf(project, (callee) => callee === 'readFileSync');
    const edited = pair.replace("'a.txt'", 'x');
    await write(project, edited);
    const { code, stderr } = await fix(project, '--all', report, '--write');
    expect([code, stderr]).toEqual([
      5,
      'offloop: app.js:5: app.js changed since the report, and readFileSync in load is not in it any more. If you have fixed it, you are done; otherwise record again.\n',
    ]);
    expect(await textOf(project)).toBe(edited);
  });

  it('does nothing a second time', async () => {
    await using project = await newPair();
    const report = await reportOf(project);
    expect((await fix(project, '--all', report, '--write')).code).toBe(0);
    const once = await textOf(project);
    expect(once).toContain('return [await toThread(gzipSync, x), await toThread(gzipSync, a)];');
    const again = await fix(project, '--all', report, '--write');
    expect(again.code).toBe(5);
    expect(again.stderr.match(/is not in it any more/g)).toHaveLength(3);
    expect(await textOf(project)).toBe(once);
  });

  it('refuses findings whose call the report does not show, and calls of files that are gone', async () => {
    await using project = await newPair();
    const report = await reportOf(project);
    const text = await readFile(report, 'utf8');
    await writeFile(report, text.replaceAll(/"text":"[^"]*"/g, '"text":null'));
    const unknown = await fix(project, '--all', report, '--write');
    expect([unknown.code, await textOf(project)]).toEqual([5, pair]);
    expect(unknown.stderr).toContain(
      'The report cannot distinguish readFileSync in load from the lines around it',
    );
    await writeFile(report, text);
    await rm(join(project.root, 'app.js'));
    const gone = await fix(project, '--all', report, '--write');
    expect([gone.code, gone.stderr]).toEqual([5, expect.stringContaining('app.js does not exist any more')]);
  });

  it('prints one patch that does what --write does', async () => {
    await using project = await newProject();
    await git(project, 'init', '-q');
    const report = await reportOf(project);
    const args = ['--all', report, '--with', 'thread'];
    const shown = await fix(project, ...args);
    expect(shown.stderr).toContain('is written with --write');
    expect(await textOf(project)).toBe(program);
    expect(shown.stdout.match(/^--- /gm)).toHaveLength(2);
    await git(project, 'add', 'app.js', 'package.json');
    await writeFile(join(project.root, 'all.patch'), shown.stdout);
    await git(project, 'apply', '--check', 'all.patch');
    await git(project, 'apply', 'all.patch');
    const patched = await textOf(project);
    await git(project, 'checkout', '-q', '.');
    const written = await fix(project, ...args, '--write');
    expect(await textOf(project)).toBe(patched);
    expect(written.stderr).toContain('Wrote package.json, app.js.\n');
  });

  it('says when a report has nothing to fix', async () => {
    await using project = await newProject();
    const report = await reportOf(project, () => false);
    const { code, stderr } = await fix(project, '--all', report);
    expect([code, stderr]).toEqual([0, 'offloop: No call of this report has a fix.\n']);
  });
});
