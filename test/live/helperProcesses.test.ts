import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { applyEdits } from '../../src/remedies/edits/applyEdits.ts';
import { PlannerClient } from '../../src/investigation/helpers/plannerClient.ts';
import { validateReport } from '../unit/support/validateReport.ts';
import type { Report } from '../../src/report/report.ts';
import { cliProgram, runCli } from './cliSupport.ts';
import { startTarget } from './profilerTarget.ts';
import { built, record } from './recorderSupport.ts';

async function isSampled(pid: number): Promise<boolean> {
  const threads = await readdir(`/proc/${String(pid)}/task`);
  const names = await Promise.all(
    threads.map((id) => readFile(`/proc/${String(pid)}/task/${id}/comm`, 'utf8')),
  );
  return names.some((name) => name.startsWith('v8:ProfEvntProc'));
}

describe('the recorder process', () => {
  it('tells findings while it records, and all of them at the end', async () => {
    const target = await startTarget(process.execPath, [cliProgram('steady.cjs')]);
    const { recorder, event } = record({ kind: 'address', address: target.webSocketUrl });
    expect((await event('attached')).target.pid).toBe(target.pid);
    const early = await event('report', ({ report }) => (report.findings[0]?.count ?? 0) >= 3);
    expect(validateReport(early.report)).toEqual([]);
    expect(early.report.findings[0]?.callSite).toMatchObject({ callee: 'pbkdf2Sync', line: 5, column: 3 });
    const status = await event('status', ({ status: { blocks } }) => blocks > 0);
    expect(status.status.recentDelayMs).toBeGreaterThan(0);
    recorder.stop();
    const { report, reason } = await event('ended');
    expect(reason).toBeNull();
    expect(validateReport(report)).toEqual([]);
    // A busy machine adds blocks in which the process did not get the CPU.
    const [own, ...others] = report.findings.filter(({ cause }) => cause !== 'starved');
    expect(others).toEqual([]);
    expect(own?.count).toBe(
      report.blocks.filter(({ parts }) => parts.some(({ findingId }) => findingId === own?.id)).length,
    );
    const ends = report.blocks.map(({ startMs, durationMs }) => startMs + durationMs);
    expect(report.blocks.slice(1).every(({ startMs }, index) => startMs >= (ends[index] ?? 0) - 6)).toBe(
      true,
    );
    expect(await isSampled(target.pid)).toBe(false);
  });

  it('leaves the target when its parent goes away', async () => {
    const target = await startTarget(process.execPath, [cliProgram('steady.cjs')]);
    const { recorder, event } = record({ kind: 'address', address: target.webSocketUrl });
    await event('attached');
    expect(await isSampled(target.pid)).toBe(true);
    recorder[Symbol.dispose]();
    await target.output(/(?:round\s+){15}/);
    expect(await isSampled(target.pid)).toBe(false);
  });

  it('keeps the report when the target is killed, follows the program when it comes back, and counts anew', async () => {
    const target = await startTarget(process.execPath, [cliProgram('steady.cjs')]);
    const { recorder, event } = record({ kind: 'address', address: target.webSocketUrl });
    await event('report', ({ report }) => report.findings.length > 0);
    target.child.kill('SIGKILL');
    const { reason } = await event('waiting');
    expect(reason).toMatch(/^The process ended/);
    const again = await startTarget(process.execPath, [cliProgram('steady.cjs')]);
    expect((await event('attached', ({ restarts }) => restarts === 1)).target.pid).toBe(again.pid);
    // On a busy machine the process may lack the CPU first, which is a finding of its own.
    await event(
      'report',
      ({ run, report }) =>
        run === 1 && report.findings.some(({ callSite }) => callSite?.callee === 'pbkdf2Sync'),
    );
    recorder.stop();
    expect(await event('ended')).toMatchObject({ run: 1, reason: null });
  });

  it('says why it cannot attach', async () => {
    const { event } = record({ kind: 'address', address: '127.0.0.1:1' });
    expect(await event('failed')).toMatchObject({ code: 'cannot-attach' });
  });
});

/** A folder with files by name, removed when the test ends. */
async function temporaryFolder(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'offloop-planner-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(folder, name), text)));
  return folder;
}

interface ScanRequest {
  readonly folder: string;
  ask(
    planner: PlannerClient,
    unsaved: readonly { path: string; text: string }[],
    signal?: AbortSignal,
  ): Promise<{ readonly report: Report; readonly files: number }>;
}

/** A scan of a folder with files by name. */
async function scanOf(files: Readonly<Record<string, string>>): Promise<ScanRequest> {
  const folder = await temporaryFolder(files);
  const request = { folders: [folder], root: folder };
  return {
    folder,
    ask: (planner, unsaved, signal) => planner.ask('scan', { ...request, unsaved }, signal),
  };
}

describe('the planner process', () => {
  const start = (): PlannerClient => {
    const planner = new PlannerClient(built('offloop-planner.js'), (text) => process.stderr.write(text));
    onTestFinished(() => {
      planner[Symbol.dispose]();
    });
    return planner;
  };
  const text =
    "import fs from 'node:fs';\nexport async function load() {\n  return fs.readFileSync('a');\n}\n";

  it('offers remedies for a call in a text that is not saved', async () => {
    const root = await temporaryFolder({});
    const offers = await start().ask('offers', {
      ...{ path: join(root, 'a.js'), text, line: 2, column: 9, callee: 'readFileSync', end: null },
      ...{ executorModule: '@offloop/executor', root, tarball: null, unsaved: [] },
    });
    expect(offers[0]).toMatchObject({ kind: 'async', refusal: null, plan: { asyncSpread: [] } });
    expect(offers[0]?.plan?.edits.length).toBeGreaterThan(0);
  });

  it('offers remedies of each call that it may be where only the function is known, and says why where there is none', async () => {
    const lines = [
      "import { readFileSync, readFileSync as read } from 'node:fs';",
      'export async function page(name) {',
      "  const head = readFileSync('head.html', 'utf8');",
      '  const body = [name].map((each) => readFileSync(each));',
      "  return head + body + read('foot.html', 'utf8');",
      '}',
    ];
    const root = await temporaryFolder({});
    const ask = (callee: string | null) =>
      start().ask('offers', {
        ...{ path: join(root, 'page.js'), text: lines.join('\n'), line: 1, column: 22, callee, end: null },
        ...{ within: { function: 'page', precision: 'function' as const } },
        ...{ executorModule: '@offloop/executor', root, tarball: null, unsaved: [] },
      });
    const planned = (await ask('readFileSync')).filter(({ kind }) => kind === 'async');
    expect(planned.map(({ line, plan }) => [line, plan !== null])).toEqual([
      [2, true],
      [4, true],
    ]);
    const messages = async (callee: string | null) => [
      ...new Set((await ask(callee)).map(({ refusal }) => refusal?.message)),
    ];
    expect(await messages(null)).toEqual([
      'page spends the time itself. Move it to a worker, or pause in its loop.',
    ]);
    expect(await messages('statSync')).toEqual([
      'page calls statSync under another name, so the call is not certain.',
    ]);
  });

  it('follows callers into other files, as they are in the editor', async () => {
    const onDisk = "import { load } from './load.js';\nexport const serve = () => load();\n";
    const root = await temporaryFolder({
      'package.json': '{"type":"module"}',
      'load.js': text,
      'serve.js': onDisk,
    });
    const [path, caller] = [join(root, 'load.js'), join(root, 'serve.js')];
    const inEditor =
      "import { load } from './load.js';\n\nexport async function serve() {\n  return load().length;\n}\n";
    const [twin] = await start().ask('offers', {
      ...{ path, text: text.replace('async ', ''), line: 2, column: 9, callee: 'readFileSync', end: null },
      ...{
        executorModule: '@offloop/executor',
        root,
        tarball: null,
        unsaved: [{ path: caller, text: inEditor }],
      },
    });
    const edits = twin?.plan?.edits.filter((edit) => edit.path === caller) ?? [];
    expect(applyEdits(inEditor, edits)).toContain('return (await load()).length;');
    expect(twin?.plan?.asyncSpread).toMatchObject([{ path, function: 'load' }]);
  });

  it('scans folders as the editor has their files', async () => {
    const { folder, ask } = await scanOf({ 'a.js': '' });
    const unsaved = [{ path: join(folder, 'a.js'), text }];
    const { report, files } = await ask(start(), unsaved);
    expect(validateReport(report)).toEqual([]);
    expect(files).toBe(1);
    expect(report.findings).toMatchObject([{ count: 0, callSite: { file: 'a.js', line: 3, column: 10 } }]);
  });

  it('finds the same calls in a folder as the command line, those that only other files reach among them', async () => {
    const { folder, ask } = await scanOf({
      'store.js': "import fs from 'node:fs';\nexport const load = (name) => fs.readFileSync(name);\n",
      'site.js':
        "import { load } from './store.js';\nexport async function page() {\n  return load('a');\n}\n",
      'notes.txt': 'readFileSync',
    });
    const { report, files } = await ask(start(), []);
    const { stdout } = await runCli(['scan', folder, '--root', folder, '--json', '-']);
    const placesOf = ({ findings }: Report): unknown =>
      findings.map(({ id, callSite }) => [id, callSite?.file, callSite?.line, callSite?.via]);
    expect(report.findings).toMatchObject([{ callSite: { file: 'store.js', line: 2 } }]);
    expect(placesOf(report)).toEqual(placesOf(JSON.parse(stdout) as Report));
    expect(files).toBe(2);
  });

  it('says what is wrong with a profile that cannot be read', async () => {
    const request = { path: '/nowhere/x.cpuprofile', root: '/', thresholdMs: 50, mappings: [] };
    await expect(start().ask('profile', request)).rejects.toMatchObject({ code: 'bad-profile' });
  });

  it('lists this very process’s children with an inspector', async () => {
    const target = await startTarget(process.execPath, [cliProgram('steady.cjs')]);
    const targets = await start().ask('targets', {});
    expect(targets.map(({ pid }) => pid)).toContain(target.pid);
  });

  /** A text that takes much longer to read than this test may. */
  const endlessText = 'export async function f() { g(); }\n'.repeat(2_000_000);
  const endlessScan = async (): Promise<
    (planner: PlannerClient, signal: AbortSignal) => Promise<unknown>
  > => {
    const { folder, ask } = await scanOf({ 'endless.js': '' });
    const unsaved = [{ path: join(folder, 'endless.js'), text: endlessText }];
    return (planner, signal) => ask(planner, unsaved, signal);
  };

  it('answers what could be attached to while it plans', async () => {
    const planner = start();
    let isOver = false;
    const stop = new AbortController();
    const scan = await endlessScan();
    const plan = scan(planner, stop.signal).finally(() => (isOver = true));
    plan.catch(() => undefined);
    await planner.ask('targets', {});
    expect(isOver).toBe(false);
    stop.abort();
    await expect(plan).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('gives up a plan that is cancelled, begun or not, and goes on with the next', async () => {
    const planner = start();
    const [begun, waiting] = [new AbortController(), new AbortController()];
    const scan = await endlessScan();
    const short = await scanOf({ 'a.js': text });
    const plans = [begun, waiting].map(({ signal }) => scan(planner, signal));
    const next = short.ask(planner, []);
    // The thread has the first by now: what is asked later is answered.
    await planner.ask('targets', {});
    for (const controller of [waiting, begun]) controller.abort();
    for (const plan of plans) await expect(plan).rejects.toMatchObject({ code: 'cancelled' });
    expect((await next).report.findings).toHaveLength(1);
  });

  it('is stopped with what it still has to answer, which nobody wants any more', async () => {
    const planner = start();
    const plan = (await endlessScan())(planner, new AbortController().signal);
    planner[Symbol.dispose]();
    await expect(plan).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('asks nothing when the answer is no longer wanted', async () => {
    await expect(start().ask('targets', {}, AbortSignal.abort())).rejects.toMatchObject({
      code: 'cancelled',
    });
  });
});
