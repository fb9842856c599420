import { describe, expect, it } from 'vitest';
import type { Report, ReportBlock, ReportFinding, ReportStackFrame } from '../../../src/report/report.ts';
import { SessionStore } from '../../../src/editor/state/sessionStore.ts';
import { hoverModel } from '../../../src/editor/view/hoverLines.ts';
import { childNodes, findingCount, rowText, type TreeNode } from '../../../src/editor/view/treeNodes.ts';
import { english } from '../support/english.ts';
import { findingOf, recordIn, reportOf } from '../support/sessions.ts';

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

const user: ReportStackFrame = { function: 'work', file: 'lib.js', line: 2, column: 1, kind: 'user' };

describe('the numbers of a part and of its block', () => {
  const parse = { ...findingOf('parse', 2, 243), maxMs: 243 };
  const report = withBlocks(reportOf([parse, findingOf('hash', 2, 308)]), [
    shared(551, { hash: 308, parse: 243 }),
    shared(90, { parse: 90 }),
  ]);

  it('are told apart in the tree, where the longest part stands first', () => {
    const lines = drawn(storeWith(report));
    const at = lines.findIndex((line) => line.includes('parse in work'));
    expect(lines.slice(at, at + 3)).toEqual([
      '  parse in work — 2× · 243 ms · crypto',
      '    243 ms — of a block of 551 ms · at 100 ms',
      '    90 ms — at 100 ms',
    ]);
  });

  it('are told apart in the hover', () => {
    const { findings } = storeWith(report);
    const titles = findings.map((view) => hoverModel(view, english).stackTitle);
    expect(titles).toContain('Stack of the longest part (243 ms of a block of 551 ms)');
  });
});

describe('the number in the header of a session', () => {
  it('is that of the rows below it, those of earlier runs among them', () => {
    const store = storeWith(reportOf([findingOf('hash', 2, 90)]), reportOf([findingOf('parse', 2, 90)]));
    const lines = drawn(store);
    expect(lines[0]).toBe('app.js — pid 7 · recording · 2 findings');
    expect(lines.filter((line) => /^ {2}\S/.test(line))).toHaveLength(2);
  });

  it('leaves out what blocked at start-up, and what had no CPU: they are groups with numbers of their own', () => {
    const main: ReportStackFrame = { ...user, file: 'node:internal/modules/run_main', kind: 'node' };
    const starved: ReportFinding = {
      ...findingOf('none', 1, 80),
      id: 'none',
      cause: 'starved',
      callSite: null,
    };
    const findings = [findingOf('hash', 1, 90), findingOf('load', 1, 200), starved];
    const start = { ...shared(200, { load: 200 }), stack: [user, main] };
    const report = withBlocks(reportOf(findings), [
      { ...start, parts: [{ findingId: 'load', cause: 'crypto', ms: 200 }] },
      shared(90, { hash: 90 }),
      shared(80, { none: 80 }),
    ]);
    const lines = drawn(storeWith(report)).filter((line) => !/^ *\d+ ms/.test(line));
    expect(lines).toEqual([
      'app.js — pid 7 · recording · 1 finding',
      '  hash in work — 1× · 90 ms · crypto',
      '  Start-up — 1 finding',
      '    load in work — 1× · 200 ms · crypto',
      '  Not enough CPU — 1 finding',
      '    Not enough CPU — 1× · 80 ms · starved',
    ]);
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
