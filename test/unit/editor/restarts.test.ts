import { describe, expect, it } from 'vitest';
import type { Report, ReportBlock, ReportFinding } from '../../../src/report/report.ts';
import { SessionStore } from '../../../src/editor/state/sessionStore.ts';
import { lineEndText } from '../../../src/editor/view/findingText.ts';
import { compareReports } from '../../../src/investigation/verdicts/compareReports.ts';
import { emptyReport } from '../../../src/investigation/emptyReport.ts';
import { english } from '../../../src/wording/localizer.ts';
import { findingOf, recordIn } from '../support/sessions.ts';

const restarts = 200;
const thresholdMs = 50;

/** Numbers from 0 to 1 that are the same in every run of the test (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A call of the drawn program: how long it takes, how much that varies, and which share of its route's requests reach it. */
interface Call {
  readonly id: string;
  readonly ms: number;
  readonly spread: number;
  readonly share: number;
  /** Null for a call that no request reaches. */
  readonly route: string | null;
  /** Null for code outside the project. */
  readonly file: string | null;
}

/** One that is far above the threshold, others around it, rare ones, a job, and what no code of the project does. */
const calls: readonly Call[] = [
  { id: 'login', ms: 89, spread: 0.4, share: 1, route: 'POST /login', file: 'src/login.ts' },
  { id: 'report', ms: 400, spread: 0.7, share: 0.3, route: 'GET /report', file: 'src/report.ts' },
  { id: 'list', ms: 48, spread: 0.3, share: 1, route: 'GET /list', file: 'src/list.ts' },
  { id: 'tick', ms: 60, spread: 0.5, share: 1, route: null, file: 'src/tick.ts' },
  { id: 'gc', ms: 55, spread: 0.9, share: 0.05, route: 'GET /list', file: null },
  { id: 'outside', ms: 13, spread: 0.9, share: 0.2, route: 'POST /login', file: null },
];

function drawnBlocks(
  call: Call,
  times: number,
  slowness: number,
  random: () => number,
): readonly ReportBlock[] {
  const reached = Array.from({ length: times }, random).filter((chance) => chance < call.share);
  const [method = '', url = ''] = call.route?.split(' ') ?? [];
  const stack: ReportBlock['stack'] =
    call.route === null
      ? [{ function: 'processTimers', file: 'node:internal/timers', line: 1, column: 1, kind: 'node' }]
      : [];
  return reached.flatMap((): readonly ReportBlock[] => {
    const ms = call.ms * slowness * (1 + call.spread * (2 * random() - 1));
    // A short part is known of only where another one makes its block long.
    const durationMs = call.id === 'outside' ? ms + 60 : ms;
    if (durationMs < thresholdMs) return [];
    const parts = [{ findingId: call.id, cause: 'cpu' as const, ms }];
    const request = call.route === null ? null : { method, url };
    return [{ startMs: 0, durationMs, thread: 'main', boundary: 'marks', parts, request, stack }];
  });
}

/** What one run of the same program looks like: load, machine and chance differ each time. */
function drawnRun(random: () => number, version: string): Report {
  const slowness = 0.8 + 0.6 * random();
  const asked = Object.fromEntries(
    ['POST /login', 'GET /report', 'GET /list'].map((route) => [route, Math.floor(random() * 40)]),
  );
  const blocks = calls.flatMap((call) =>
    drawnBlocks(call, call.route === null ? 10 : (asked[call.route] ?? 0), slowness, random),
  );
  const findings = calls.flatMap(({ id, file }): readonly ReportFinding[] => {
    const times = blocks
      .flatMap(({ parts }) => parts.filter((part) => part.findingId === id))
      .map(({ ms }) => ms);
    if (times.length === 0) return [];
    const code = file === null ? [] : [{ file, hash: version }];
    const finding = { ...findingOf(id, times.length, times[0] ?? 0), maxMs: Math.max(...times), code };
    return [file === null ? { ...finding, callSite: null, cause: 'gc' } : finding];
  });
  const files = calls.flatMap(({ file }) => (file === null ? [] : [[file, [version]]]));
  const report = emptyReport(findings);
  const requests = Object.values(asked).reduce((sum, count) => sum + count, 0);
  const code = Object.fromEntries(files) as NonNullable<Report['recording']['code']>;
  const recording = { ...report.recording, durationMs: 10_000, requests, routes: asked, thresholdMs, code };
  return { ...report, recording, blocks };
}

/** Verdicts that say that something became of a call. */
const claims = new Set(['gone', 'faster', 'slower', 'new']);

describe.each([1, 2, 3, 4, 5])('200 restarts of a program without a change, drawn with seed %i', (seed) => {
  it('give no verdict when their reports are compared', () => {
    const random = randomOf(seed);
    const wrong: string[] = [];
    let before = drawnRun(random, 'same');
    for (let restart = 0; restart < restarts; restart += 1) {
      const after = drawnRun(random, 'same');
      for (const { id, verdict } of compareReports(before, after).findings)
        if (claims.has(verdict)) wrong.push(`${String(restart)} ${id} ${verdict}`);
      before = after;
    }
    expect(wrong).toEqual([]);
  });

  it('give no verdict in the editor, where all runs of a session are looked at', () => {
    const random = randomOf(seed);
    const store = new SessionStore();
    const { id } = recordIn(store, 1);
    const shown = new Set<string>();
    for (let run = 0; run <= restarts; run += 1) {
      store.handle(id, { kind: 'report', report: drawnRun(random, 'same'), run });
      for (const view of store.findings) {
        if (view.verdict !== null && claims.has(view.verdict)) shown.add(`${view.id} ${view.verdict}`);
        if (/✓|still blocks/.test(lineEndText(view, english))) shown.add(lineEndText(view, english));
      }
    }
    expect([...shown]).toEqual([]);
  });
});

it('The same restarts with a change do get their ✓, so that the test can fail', () => {
  const random = randomOf(1);
  const before = drawnRun(random, 'same');
  const after = { ...drawnRun(random, 'other'), findings: [], blocks: [] };
  const gone = compareReports(before, after).findings.filter(({ verdict }) => verdict === 'gone');
  expect(gone.map(({ id }) => id)).toContain('report');
});
