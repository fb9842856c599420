import { describe, expect, it } from 'vitest';
import { DelayLog } from '../../../src/editor/timeline/delayLog.ts';
import { blockAt, detailOf, timelineOf } from '../../../src/editor/timeline/timelineModel.ts';
import type { Session } from '../../../src/editor/state/session.ts';
import { SessionStore } from '../../../src/editor/state/sessionStore.ts';
import type { Localizer } from '../../../src/wording/localizer.ts';
import type { Report, ReportBlock } from '../../../src/report/report.ts';
import { emptyReport } from '../../../src/investigation/emptyReport.ts';

const l10n: Localizer = {
  t: (text: string, ...values: unknown[]) =>
    text.replaceAll(/\{(\d)\}/g, (_all, at) => String(values[Number(at)])),
};

const frame = (name: string, kind: 'user' | 'node'): ReportBlock['stack'][number] => ({
  function: name,
  file: kind === 'user' ? 'src/login.ts' : 'node:crypto',
  line: 2,
  column: 15,
  kind,
});

const block = (startMs: number, durationMs: number, thread = 'main'): ReportBlock => ({
  startMs,
  durationMs,
  thread,
  boundary: 'marks',
  parts: [{ findingId: 'f1', cause: 'crypto', ms: durationMs }],
  request: { method: 'POST', url: '/login' },
  stack: [frame('pbkdf2Sync', 'node'), frame('login', 'user')],
});

function reportOf(blocks: readonly ReportBlock[], durationMs = 1000): Report {
  const empty = emptyReport([]);
  const callSite = {
    file: 'src/login.ts',
    function: 'login',
    callee: 'pbkdf2Sync',
    line: 2,
    column: 15,
    endLine: 2,
    endColumn: 30,
    precision: 'call',
    origin: 'user',
    text: null,
  } as const;
  const times = { count: blocks.length, totalMs: 1, maxMs: 1, p50Ms: 1, threads: ['main'], stale: false };
  return {
    ...empty,
    recording: { ...empty.recording, durationMs, threads: [{ id: 'main', pid: 7 }] },
    findings: [{ id: 'f1', cause: 'crypto', callSite, ...times, remedies: [] }],
    blocks,
  };
}

function sessionWith(...reports: readonly Report[]): {
  readonly store: SessionStore;
  readonly session: () => Session;
} {
  const store = new SessionStore();
  const { id } = store.open({
    kind: 'live',
    title: 'server.js',
    root: '/shop',
    thresholdMs: 50,
    asked: null,
  });
  reports.forEach((report, run) => {
    store.handle(id, { kind: 'report', report, run });
  });
  return { store, session: () => store.get(id)! };
}

describe('the timeline of a session', () => {
  it('has a lane for each thread, and each block with its route and its call', () => {
    const { session } = sessionWith(reportOf([block(100, 60), block(300, 80, 'worker 1')]));
    const data = timelineOf(session(), 'Recording.', () => [], l10n);
    expect(data).toMatchObject({
      title: 'server.js',
      runs: [{ threads: ['main', 'worker 1'] }],
    });
    expect(data.runs[0]?.blocks).toEqual([
      {
        startMs: 100,
        durationMs: 60,
        thread: 0,
        cause: 'crypto',
        label: 'POST /login · pbkdf2Sync',
        findings: ['f1'],
      },
      {
        startMs: 300,
        durationMs: 80,
        thread: 1,
        cause: 'crypto',
        label: 'POST /login · pbkdf2Sync',
        findings: ['f1'],
      },
    ]);
  });

  it('has one run for each start of the program, and draws nothing where nothing blocked', () => {
    const { session } = sessionWith(reportOf([block(100, 60)]), reportOf([], 0));
    const { runs } = timelineOf(session(), '', () => [], l10n);
    expect(runs.map(({ title, blocks, durationMs }) => [title, blocks.length, durationMs])).toEqual([
      ['First run', 1, 1000],
      ['After restart 1', 0, 1],
    ]);
  });

  it('shows the parts of a block with their stacks from the root, and which frames open', () => {
    const { session } = sessionWith(reportOf([block(100, 60)]));
    const [run] = timelineOf(session(), '', () => [], l10n).runs;
    const key = { run: run!.key, startMs: 100, thread: 0 };
    expect(detailOf(session(), key, ({ kind }) => kind === 'user', l10n)).toMatchObject({
      ...key,
      parts: [
        {
          cause: 'crypto',
          label: 'pbkdf2Sync',
          ms: 60,
          frames: [
            { name: 'login', place: 'src/login.ts:2', kind: 'user', opens: true },
            { name: 'pbkdf2Sync', place: 'node:crypto:2', kind: 'node', opens: false },
          ],
        },
      ],
    });
    expect(blockAt(session(), { ...key, startMs: 101 })).toBeNull();
    expect(blockAt(session(), { ...key, run: 'gone' })).toBeNull();
  });

  it('shows names of the target as one plain line', () => {
    const evil = { ...block(100, 60), request: { method: 'GET\u0000', url: '/<b>\n\u202e' } };
    const { session } = sessionWith(reportOf([evil]));
    const label = timelineOf(session(), '', () => [], l10n).runs[0]?.blocks[0]?.label;
    expect(label).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });
});

describe('the loop delay over time', () => {
  const status = (
    recentDelayMs: number | null,
  ): { elapsedMs: number; recentDelayMs: number | null; blocks: number } => ({
    elapsedMs: 1,
    recentDelayMs,
    blocks: 0,
  });

  it('is kept by run, at the time up to which was recorded, once for each figure', () => {
    const { store, session } = sessionWith(reportOf([], 2000));
    const log = new DelayLog();
    store.handle(session().id, { kind: 'status', status: status(12) });
    log.note(store.sessions);
    log.note(store.sessions);
    store.handle(session().id, { kind: 'status', status: status(null) });
    log.note(store.sessions);
    expect(log.of(session().runs[0]!)).toEqual([{ atMs: 2000, delayMs: 12 }]);
  });

  it('keeps the peaks of a long session', () => {
    const { store, session } = sessionWith(reportOf([]));
    const log = new DelayLog();
    for (let second = 0; second < 10_000; second += 1) {
      store.handle(session().id, { kind: 'status', status: status(second === 4321 ? 900 : 1) });
      log.note(store.sessions);
    }
    const points = log.of(session().runs[0]!);
    expect(points.length).toBeLessThanOrEqual(2000);
    expect(Math.max(...points.map(({ delayMs }) => delayMs))).toBe(900);
  });
});
