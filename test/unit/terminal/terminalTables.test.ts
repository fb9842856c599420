import { expect, test } from 'vitest';
import type { ReportBlock } from '../../../src/report/report.ts';
import { compareReports } from '../../../src/investigation/verdicts/compareReports.ts';
import { inkOf } from '../../../src/terminal/ink.ts';
import { progressLine } from '../../../src/terminal/progressLine.ts';
import { renderComparison } from '../../../src/terminal/render/renderComparison.ts';
import { renderOverview } from '../../../src/terminal/render/renderOverview.ts';
import { renderReport } from '../../../src/terminal/render/renderReport.ts';
import { renderTargets, type ShownTarget } from '../../../src/terminal/render/renderTargets.ts';
import { blockedShares, sparkline } from '../../../src/terminal/render/sparkline.ts';
import { widthOf } from '../../../src/terminal/text.ts';
import { blockOf, findingOf, loaded, reportOf, siteOf } from './terminalSupport.ts';

const style = { color: false, width: 80 };

test('Progress shows how far a recording with an end has come', () => {
  expect(progressLine({ elapsedMs: 5_400, durationMs: 10_000 }, style)).toBe(
    '● 00:05 ━━━━━━━━━━━───────── 00:10',
  );
  expect(progressLine({ elapsedMs: 10_300, durationMs: 10_000 }, style)).toBe(
    '● 00:10  reading what was recorded',
  );
  expect(progressLine({ elapsedMs: 65_000, durationMs: null }, style)).toBe('● 01:05');
});

test('The strip rises with the share of each stretch that was blocked', () => {
  const blocks = [blockOf({ startMs: 10, durationMs: 20 }), blockOf({ startMs: 35, durationMs: 100 })];
  expect(blockedShares(blocks, 50, 5)).toEqual([0, 1, 1, 0.5, 1]);
  expect(sparkline([0, 0.01, 0.5, 1])).toBe(' ▁▅█');
  expect(blockedShares(blocks, 0, 2)).toEqual([0, 0]);
});

const shopServer: ShownTarget = {
  ...{ pid: 7, node: 'v22.1.0', address: '127.0.0.1:9229', kind: 'inspector', role: 'program' },
  ...{ script: '/srv/shop/src/server.js', title: null, cwd: '/srv/shop', underDebugger: false },
  ...{ listening: true, port: 8080 },
};

test('Targets are listed with the command that attaches to the one that is meant', () => {
  const hidden: ShownTarget = {
    ...{ ...shopServer, pid: 4711, node: null, address: null, script: null, cwd: null, underDebugger: true },
    ...{ kind: 'process', listening: false, port: null },
  };
  const launcher: ShownTarget = {
    ...hidden,
    pid: 3,
    title: 'npm run dev',
    role: 'launcher',
    underDebugger: false,
  };
  const targets = [hidden, shopServer, launcher];
  expect(renderTargets(targets, ['/srv/shop'], style))
    .toBe(`PID   INSPECTOR       NODE     SCRIPT                        FOLDER
4711  closed                   (no script), debugged
7     127.0.0.1:9229  v22.1.0  src/server.js, port 8080      /srv/shop
3     closed                   npm run dev, starts programs

Attach with: offloop attach 127.0.0.1:9229`);
  const others = renderTargets([hidden, launcher], ['/srv/shop'], style);
  expect(others).toContain('offloop attach --pid <PID>');
  const here = { ...hidden, cwd: '/srv/shop' };
  expect(renderTargets([here], ['/srv/shop'], style)).toContain('offloop attach --pid 4711');
  expect(renderTargets([], [], style)).toContain('offloop run -- node server.js');
});

test('Targets that differ by their folders alone can be told apart at any width', () => {
  const shop = (name: string, pid: number) => ({
    ...shopServer,
    pid,
    port: null,
    address: `127.0.0.1:${String(30_000 + pid)}`,
    script: `/srv/a/long/way/to/the/${name}/server.js`,
    cwd: `/srv/a/long/way/to/the/${name}`,
  });
  const long = { ...shop('orders', 3), script: `/opt/${'deep/'.repeat(30)}worker.js` };
  const targets = [shop('shop', 1), shop('bookings', 2), long];
  const lines = (width: number) => renderTargets(targets, [], { color: false, width }).split('\n');
  const ends = (width: number) =>
    lines(width)
      .slice(1, 4)
      .map((line) => line.slice(-5));
  expect([ends(70), ends(200), ends(Infinity)]).toEqual(Array(3).fill(['/shop', 'kings', 'rders']));
  expect(lines(200).filter((line) => widthOf(line) > 200)).toEqual([]);
  expect(lines(70).filter((line) => widthOf(line) > 70)).toEqual([]);
  expect(lines(Infinity).join('')).not.toContain('…');
  expect(lines(70)[3]).toMatch(/ …\S*worker\.js +…\S*orders$/);
});

test('A comparison shows both recordings and what became of each finding', () => {
  const parse = findingOf({
    id: 'f2',
    cause: 'serialization',
    callSite: siteOf({
      file: 'src/api.ts',
      callee: 'parse',
      written: 'JSON.parse',
      function: 'load',
      line: 7,
      column: 3,
    }),
    count: 4,
    p50Ms: 60,
    code: [{ file: 'src/api.ts', hash: 'other' }],
  });
  const before = reportOf({ findings: [findingOf()], blocks: Array(14).fill(blockOf()) as ReportBlock[] });
  const recording = { ...before.recording, code: loaded('second') };
  const after = reportOf({ recording, findings: [parse], blocks: [] });
  expect(renderComparison(compareReports(before, after), style)).toBe(`                      before     after
recorded                10 s      10 s
requests                 812       812
blocks                    14         0
blocked                5.8 s      0 ms
share of the time       58 %       0 %
longest block         412 ms      0 ms
loop delay p99        180 ms    180 ms

pbkdf2Sync in login  crypto
  src/login.ts:2:15
  14× 96 ms → –  ✓ gone

JSON.parse in load  serialization
  src/api.ts:7:3
  – → 4× 60 ms  + new`);
});

test('A comparison names blocks of worker threads apart', () => {
  const worker = blockOf({ thread: 'worker 1', durationMs: 9_000 });
  const before = reportOf({ findings: [], blocks: [blockOf(), worker, worker] });
  const table = renderComparison(compareReports(before, reportOf({ findings: [], blocks: [] })), style);
  expect(table.split('\n').slice(3, 9)).toEqual([
    'blocks                     1         0',
    'blocked               412 ms      0 ms',
    'share of the time        4 %       0 %',
    'longest block         412 ms      0 ms',
    'loop delay p99        180 ms    180 ms',
    'in worker threads   2 blocks  0 blocks',
  ]);
});

test('Two recordings without findings compare to nothing', () => {
  const none = reportOf({ findings: [], blocks: [] });
  expect(renderComparison(compareReports(none, none), style).split('\n').at(-1)).toBe(
    'Neither recording has a finding.',
  );
});

test('Long durations do not run into the next column', () => {
  const long = reportOf({ recording: { ...reportOf().recording, durationMs: 9 * 60_000 + 7_000 } });
  const table = renderComparison(compareReports(long, long), style);
  expect(table).toMatch(/recorded +9 min 7 s {2,}9 min 7 s/);
  const rows = [10, 605_000].map((ms) => ({
    finding: findingOf({ totalMs: ms, maxMs: ms, count: ms }),
    source: undefined,
    proposal: undefined,
  }));
  const [, , last = ''] = renderOverview(rows, inkOf(style));
  expect(last).toMatch(/2\. {2,}10 min 5 s {2,}10 min 5 s {2,}605,000×/);
});

test('A report of a process that only started others says so first, and not that nothing blocked', () => {
  const notRecorded = [{ pid: 4711, title: '/app/api.js', reason: 'closed' as const }];
  const recording = { ...reportOf().recording, requests: 0, notRecorded };
  const silent = reportOf({ findings: [], blocks: [], recording });
  const view = { ...style, excerpts: { read: () => undefined }, proposals: new Map() };
  const text = renderReport(silent, view);
  expect(text.trimStart()).toMatch(/^Nothing is known about the program/);
  expect(text).toContain('Not recorded: api.js (pid 4711): its inspector is closed.');
  expect(text).not.toContain('Nothing blocked');
});
