import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runKey, type Session } from '../../../src/editor/state/session.ts';
import { mostCharacters, savedText } from '../../../src/editor/state/saved/savedSession.ts';
import { toSaved } from '../../../src/editor/state/saved/convertSession.ts';
import { SessionMemory } from '../../../src/editor/state/saved/sessionMemory.ts';
import { SessionStore } from '../../../src/editor/state/sessionStore.ts';
import { SourceSnapshots } from '../../../src/editor/state/sourceSnapshots.ts';
import type { Report, ReportFinding } from '../../../src/report/report.ts';
import { endIn, findingOf, recordIn, reportOf } from '../support/sessions.ts';

/** As reports have ids. */
const id = '0123456789ab';
const hash: ReportFinding = { ...findingOf('hash', 2, 90), id };

const source = 'function work() {\n  hash(1);\n}\n';

let folder: string;
let problems: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offloop-memory-'));
  problems = [];
  await writeFile(join(folder, 'lib.js'), source);
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** A window: its sessions, their sources, and what it keeps. */
async function openWindow(): Promise<{
  store: SessionStore;
  snapshots: SourceSnapshots;
  memory: SessionMemory;
}> {
  const store = new SessionStore();
  const snapshots = new SourceSnapshots();
  const memory = new SessionMemory({
    folder: join(folder, 'sessions'),
    store,
    snapshots,
    reasonOfEnd: 'The window was closed.',
    onProblem: (message) => problems.push(message),
  });
  await memory.restore();
  return { store, snapshots, memory };
}

/** A session at work with one finding in `lib.js`, as a window has it. */
async function recordingWindow(report: Report = reportOf([hash])): Promise<Session> {
  const { store, snapshots, memory } = await openWindow();
  const { id: own } = recordIn(store, 7, 3000);
  const calls = await snapshots.learn(runKey({ id: own }, 0), folder, report);
  store.handle(own, { kind: 'report', report, run: 0 }, calls);
  const session = store.get(own) ?? expect.fail('no session');
  memory[Symbol.dispose]();
  return session;
}

const onlySession = ({ sessions }: SessionStore): Session => {
  expect(sessions).toHaveLength(1);
  return sessions[0] ?? expect.fail('no session');
};

/** Changes a field of the only session that is kept, wherever it is. */
async function tamper(alter: (text: string) => string): Promise<void> {
  const [name = ''] = await readdir(join(folder, 'sessions'));
  const path = join(folder, 'sessions', name);
  await writeFile(path, alter(await readFile(path, 'utf8')));
}

describe('a window that is opened again', () => {
  it('has the findings that the one before had, and says that the recording ended with it', async () => {
    const before = await recordingWindow();
    const { store } = await openWindow();
    const session = onlySession(store);
    expect([session.phase, session.message]).toEqual(['ended', 'The window was closed.']);
    expect(session.runs).toEqual(before.runs);
    expect(session.target).toEqual(before.target);
    expect(store.findings.map(({ id, callee }) => [id, callee])).toEqual([[id, 'hash']]);
    expect(problems).toEqual([]);
  });

  it('compares what it records with the sessions of the one before, and gives no id twice', async () => {
    const before = await recordingWindow();
    const { store } = await openWindow();
    const next = recordIn(store, 8);
    expect(next.id).toBeGreaterThan(before.id);
    expect(next.earlier).toEqual([before.id]);
  });

  it('keeps names that sessions were given, and forgets sessions that were removed', async () => {
    const first = await recordingWindow();
    const second = await openWindow();
    second.store.rename(first.id, 'before the fix');
    second.memory[Symbol.dispose]();
    const third = await openWindow();
    expect(onlySession(third.store).name).toBe('before the fix');
    third.store.remove((session) => session.id === first.id);
    third.memory[Symbol.dispose]();
    expect((await openWindow()).store.sessions).toEqual([]);
  });
});

describe('a source that changed while no window was open', () => {
  const reopened = async (
    text: string | null,
  ): Promise<{ isStale: boolean | undefined; line: number | null }> => {
    await recordingWindow();
    if (text === null) await rm(join(folder, 'lib.js'));
    else await writeFile(join(folder, 'lib.js'), text);
    const { store, snapshots } = await openWindow();
    const [view] = store.findings;
    const recorded =
      view === undefined ? null : snapshots.siteOf({ ...view, session: { ...view.session, root: folder } });
    const range = { start: { line: 1, column: 2 }, end: { line: 1, column: 9 } };
    const now = recorded === null ? null : recorded.toDisk === null ? { range } : recorded.toDisk.map(range);
    return { isStale: view?.finding.stale, line: now === null ? null : now.range.start.line };
  };

  it('shows its finding where the call is now', async () => {
    expect(await reopened(`// one\n// two\n${source}`)).toEqual({ isStale: false, line: 3 });
  });

  it('has a stale finding where the call itself was changed', async () => {
    const { isStale } = await reopened(source.replace('hash(1)', 'await hashed(1, 2)'));
    expect(isStale).toBe(true);
  });

  it('has a stale finding without a place where the file is gone', async () => {
    expect(await reopened(null)).toEqual({ isStale: true, line: null });
  });
});

describe('a file of the storage that is not what was written', () => {
  /** What is wrong with it: how it came about, and what the log says. */
  const cases: readonly (readonly [name: string, alter: (text: string) => string, said: string])[] = [
    ['no JSON', (text) => text.slice(0, -10), 'it is not JSON'],
    ['another version', (text) => text.replace('"version":1', '"version":2'), 'in it, version must be'],
    [
      'a phase that is none',
      (text) => text.replace('"phase":"recording"', '"phase":"mad"'),
      'in it, phase must be one of connecting, ',
    ],
    [
      'a cause that is none',
      (text) => text.replace('"cause":"crypto"', '"cause":"__proto__"'),
      'in it, runs[0].report.findings[0].cause must be one of child-process, ',
    ],
    [
      'a figure that is a text',
      (text) => text.replace('"durationMs":10000', '"durationMs":"long"'),
      'in it, runs[0].report.recording.durationMs must be number',
    ],
    [
      'a call site without a line',
      (text) => text.replaceAll('"line":2,', ''),
      "callSite must have required property 'line'",
    ],
    [
      'a call site in a source without a line',
      (text) => text.replace(/("sites":.*?)"line":2,/, '$1'),
      `in it, runs[0].sources[0].sites["${id}"] must have required property 'line'`,
    ],
    ['a callee that is a number', (text) => text.replace('"hash"}', '7}'), 'must be string or null'],
    [
      'the id of another session',
      (text) => text.replace('"id":1', '"id":41'),
      'it has the id of another session',
    ],
  ];

  it.each(cases)('is told and left out: %s', async (_, alter, said) => {
    await recordingWindow();
    await tamper(alter);
    const { store } = await openWindow();
    expect(store.sessions).toEqual([]);
    expect(problems).toEqual([
      expect.stringMatching(
        /session-1\.json is not a session of this version: .*\. Offloop removes the file\.$/,
      ),
    ]);
    expect(problems[0]).toContain(said);
    expect(await readdir(join(folder, 'sessions'))).toEqual([]);
  });
});

describe('a session that is larger than what is kept', () => {
  it('loses details, never findings', () => {
    const store = new SessionStore();
    const session = recordIn(store, 7);
    const stack = Array.from({ length: 40 }, (_, line) => ({
      function: `frame${String(line)}`,
      file: 'node_modules/some-package/lib/index.js',
      line: line + 1,
      column: 1,
      kind: 'dependency' as const,
    }));
    const report = reportOf([findingOf('hash', 5000, 90)]);
    endIn(store, session, { ...report, blocks: report.blocks.map((block) => ({ ...block, stack })) });
    const text = savedText(toSaved(store.get(session.id) ?? session, new SourceSnapshots()));
    expect(text?.length).toBeLessThanOrEqual(mostCharacters);
    const kept = JSON.parse(text ?? '{}') as { runs: { report: Report }[] };
    expect(kept.runs[0]?.report.findings[0]?.count).toBe(5000);
    expect(kept.runs[0]?.report.blocks).toHaveLength(300);
  });
});
