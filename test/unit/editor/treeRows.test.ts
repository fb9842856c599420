import { describe, expect, it } from 'vitest';
import type { Report, ReportBlock, ReportFinding, ReportStackFrame } from '../../../src/report/report.ts';
import { SessionStore } from '../../../src/editor/state/sessionStore.ts';
import { findingCount } from '../../../src/editor/view/tree/findingGroups.ts';
import { findingTooltip } from '../../../src/editor/view/tree/findingRow.ts';
import { rowIcon } from '../../../src/editor/view/tree/rowIcon.ts';
import { rowText } from '../../../src/editor/view/tree/rowText.ts';
import { sessionTooltip } from '../../../src/editor/view/tree/sessionRow.ts';
import { childNodes, type TreeNode } from '../../../src/editor/view/tree/treeNodes.ts';
import { english } from '../../../src/wording/localizer.ts';
import { endIn, findingOf, recordIn, reportOf } from '../support/sessions.ts';

/** The tree as indented text down to the blocks. */
function drawn(store: SessionStore, node?: TreeNode, indent = ''): readonly string[] {
  const { sessions } = store;
  return childNodes(node, sessions)
    .filter(({ kind }) => kind !== 'frame')
    .flatMap((child) => {
      const { label, description } = rowText(child, sessions, english);
      return [`${indent}${label} — ${description}`, ...drawn(store, child, `${indent}  `)];
    });
}

/** The same without blocks. */
const findingsDrawn = (store: SessionStore): readonly string[] =>
  drawn(store).filter((line) => !/^ *\d+ ms — /.test(line));

/** A session of `app.js` with one report. */
function storeWith(...reports: readonly Report[]): SessionStore {
  const store = new SessionStore();
  const { id } = recordIn(store, 7);
  for (const [run, report] of reports.entries()) store.handle(id, { kind: 'report', report, run });
  return store;
}

const withBlocks = (report: Report, blocks: readonly ReportBlock[]): Report => ({ ...report, blocks });

/** A block of which two findings have parts. */
const shared = (durationMs: number, parts: Readonly<Record<string, number>>): ReportBlock => ({
  startMs: 100,
  durationMs,
  thread: 'main',
  boundary: 'marks',
  parts: Object.entries(parts).map(([findingId, ms]) => ({ findingId, cause: 'crypto', ms, stack: [user] })),
  request: null,
  stack: [user],
});

/** A block of one finding that served a request. */
const served = (id: string, method: string, url: string): ReportBlock => ({
  ...shared(100, { [id]: 100 }),
  request: { method, url },
});

const user: ReportStackFrame = { function: 'work', file: 'lib.js', line: 2, column: 1, kind: 'user' };

/** A finding in code of a package. */
function foreign(callee: string, ms: number): ReportFinding {
  const finding = findingOf(callee, 1, ms);
  const site = finding.callSite;
  return { ...finding, callSite: site === null ? null : { ...site, origin: 'dependency' } };
}

describe('the numbers of a part and of its block', () => {
  it('are told apart in the tree, where the longest part stands first', () => {
    const parse = { ...findingOf('parse', 2, 243), maxMs: 243 };
    const report = withBlocks(reportOf([parse, findingOf('hash', 2, 308)]), [
      shared(551, { hash: 308, parse: 243 }),
      shared(90, { parse: 90 }),
    ]);
    const lines = drawn(storeWith(report));
    const at = lines.findIndex((line) => line.includes('parse'));
    expect(lines.slice(at, at + 3)).toEqual([
      '  243 ms  parse — 2× · in work',
      '    243 ms — of a block of 551 ms · at 100 ms',
      '    90 ms — at 100 ms',
    ]);
  });
});

describe('the row of a finding', () => {
  /** Its label for a finding that served a request. */
  function labelOf(callee: string, ms: number, method: string, url: string): string {
    const report = withBlocks(reportOf([findingOf(callee, 1, ms)]), [served(callee, method, url)]);
    return findingsDrawn(storeWith(report))[1]?.trim() ?? '';
  }

  it('begins with the number, then says route and call', () => {
    expect(labelOf('hashSync', 130, 'POST', '/login')).toBe('130 ms  POST /login · hashSync — 1× · in work');
  });

  it.each([
    ['crypto.hashSync', 130, '/login', '130 ms  POST /login · hashSync — 1× · in work'],
    ['crypto.pbkdf2Sync', 130, '/login', '130 ms  pbkdf2Sync — POST /login'],
    ['JSON.parse', 1234, '/login', '1.2 s  POST /login · JSON.parse — 1× · in work'],
    ['JSON.parse', 62, '/a/rather/long/route', '62 ms  JSON.parse — POST /a/rather/long/route'],
    ['XLSX.utils.book_append_sheet', 62, '/x', '62 ms  XLSX.utils.book_append_sheet — POST /x'],
  ])('keeps number and call of %s readable, and the route where it fits', (callee, ms, url, row) => {
    expect(labelOf(callee, ms, 'POST', url)).toBe(row);
  });

  it('cuts nothing of the number and of a name of usual length off at the default width', () => {
    const names = ['createHash', 'brotliCompressSync', 'collectStatistics', 'Database.prototype.prepare'];
    for (const name of names)
      for (const ms of [50, 999, 59_900]) {
        const [label = ''] = labelOf(name, ms, 'DELETE', '/api/v1/orders').split(' — ');
        expect(label.length).toBeLessThanOrEqual(34);
        expect(label).toContain(name);
      }
  });

  it('has the icon of its cause in the colour of its harm', () => {
    const iconOf = (finding: ReportFinding): unknown => {
      const store = storeWith(reportOf([finding]));
      const [row] = childNodes(childNodes(undefined, store.sessions)[0], store.sessions);
      return row === undefined ? null : rowIcon(row);
    };
    expect(iconOf(findingOf('hash', 1, 60))).toEqual({ id: 'key', color: 'problemsInfoIcon.foreground' });
    expect(iconOf(findingOf('hash', 1, 160))).toEqual({ id: 'key', color: 'problemsWarningIcon.foreground' });
    expect(iconOf(findingOf('hash', 1, 1600))).toEqual({ id: 'key', color: 'problemsErrorIcon.foreground' });
    // Short, but most of the time.
    expect(iconOf(findingOf('hash', 50, 60))).toEqual({ id: 'key', color: 'problemsErrorIcon.foreground' });
    expect(iconOf({ ...findingOf('hash', 1, 60), cause: 'unknown' })).toMatchObject({ id: 'circle-outline' });
  });

  it('says all of it in its tooltip', () => {
    const report = withBlocks(reportOf([findingOf('hash', 1, 130)]), [served('hash', 'POST', '/login')]);
    const [view] = storeWith(report).findings;
    expect(view === undefined ? '' : findingTooltip(view, english)).toBe(
      [
        'hash blocked the event loop once, for 130 ms. That is 1 % of the session. The key or hash is computed on the loop, which is slow on purpose.',
        'POST /login',
        'lib.js:2',
      ].join('\n'),
    );
  });
});

describe('the groups of a session', () => {
  const main: ReportStackFrame = { ...user, file: 'node:internal/modules/run_main', kind: 'node' };
  const starved: ReportFinding = {
    ...findingOf('none', 1, 80),
    id: 'none',
    cause: 'starved',
    callSite: null,
  };
  const load = findingOf('load', 1, 200);
  const startBlock = {
    ...shared(200, { load: 200 }),
    stack: [user, main],
    parts: [{ findingId: 'load', cause: 'crypto' as const, ms: 200 }],
  };

  it('are those that have a finding; start-up and a lack of CPU do not count for the session', () => {
    const findings = [findingOf('hash', 1, 90), load, starved, foreign('render', 70)];
    const report = withBlocks(reportOf(findings), [
      startBlock,
      shared(90, { hash: 90 }),
      shared(80, { none: 80 }),
      shared(70, { render: 70 }),
    ]);
    expect(findingsDrawn(storeWith(report))).toEqual([
      'app.js — recording · 2 findings · pid 7',
      '  Blocks — 1 finding',
      '    90 ms  hash — 1× · in work',
      '  Start-up — 1 finding',
      '    200 ms  load — 1× · in work',
      '  Not your code — 1 finding',
      '    70 ms  render — 1× · in work',
      '  Not enough CPU — 1 finding',
      '    80 ms  Not enough CPU — 1×',
    ]);
  });

  it('are left out where there is only one, whose name its rows then say', () => {
    expect(findingsDrawn(storeWith(reportOf([findingOf('hash', 1, 90)])))).toEqual([
      'app.js — recording · 1 finding · pid 7',
      '  90 ms  GET /work · hash — 1× · in work',
    ]);
    expect(findingsDrawn(storeWith(withBlocks(reportOf([load]), [startBlock])))).toEqual([
      'app.js — recording · 1 finding · pid 7',
      '  200 ms  load — Start-up · 1× · in work',
    ]);
  });

  it('have what is proven to be gone under Fixed, with the number before', () => {
    const fixed = storeWith(
      reportOf([findingOf('hash', 9, 412), findingOf('zip', 1, 80)]),
      reportOf([findingOf('zip', 1, 80)], 100, 'second'),
    );
    expect(findingsDrawn(fixed).slice(0, 5)).toEqual([
      'app.js — recording · 2 findings · pid 7',
      '  Blocks — 1 finding',
      expect.stringMatching(/^ {4}80 ms {2}GET \/work · zip — /),
      '  Fixed — 1 finding',
      '    412 ms  GET /work · hash — → under 50 ms ✓ · in work',
    ]);
  });

  it('sort by the number that a row begins with', () => {
    const findings = [findingOf('often', 40, 60), findingOf('long', 1, 900)];
    const rows = findingsDrawn(storeWith(reportOf(findings)));
    expect(rows.slice(1).map((row) => /^ *(\d+ ms)/.exec(row)?.[1])).toEqual(['900 ms', '60 ms']);
  });
});

describe('the row of a session', () => {
  it('says when it began and how long it recorded', () => {
    const store = new SessionStore();
    const report = reportOf([findingOf('hash', 1, 90)]);
    const startedAt = new Date(2026, 0, 2, 14, 3, 27).toISOString();
    const recorded = { ...report, recording: { ...report.recording, startedAt, durationMs: 64_000 } };
    const session = recordIn(store, 7, 3000);
    store.handle(session.id, { kind: 'report', report: recorded, run: 0 });
    expect(drawn(store)[0]).toBe('app.js — recording since 14:03 · 1 finding · pid 7 · port 3000');
    endIn(store, session, recorded);
    expect(drawn(store)[0]).toBe('app.js — 14:03 · 1 min 4 s · 1 finding · pid 7 · port 3000');
    const [ended] = store.sessions;
    expect(ended === undefined ? '' : sessionTooltip(ended, english)).toBe(
      'Started at 14:03:27\nRecorded for 1 min 4 s\npid 7 · port 3000 · Node.js v22.0.0\n/app',
    );
  });
});

it('A list of sessions says the number of findings that the tree says, those of earlier runs included', () => {
  const { sessions } = storeWith(
    reportOf([findingOf('hash', 3, 90), findingOf('zip', 1, 80)]),
    reportOf([findingOf('hash', 1, 90)]),
  );
  const [session] = sessions;
  if (session === undefined) throw new Error('There is no session.');
  const { description } = rowText({ kind: 'session', session }, sessions, english);
  expect(description).toContain(`${String(findingCount(session, sessions))} findings`);
  expect(findingCount(session, sessions)).toBe(2);
});
