import { expect, test } from 'vitest';
import type { Proposal } from '../../../src/investigation/investigate.ts';
import { renderScan } from '../../../src/terminal/render/renderScan.ts';
import { widthOf } from '../../../src/terminal/text.ts';
import { findingOf, reportOf, siteOf, viewOf } from './terminalSupport.ts';

const fix = {
  kind: 'diff',
  title: 'Use the asynchronous version: await pbkdf2(…)',
  diff: '',
  elsewhere: [],
  assumptions: [],
  warnings: [],
  line: 2,
  column: 20,
} as const;
const none = {
  kind: 'none',
  reason: 'A constructor cannot wait: move the call into an async factory.',
} as const;

const report = reportOf({
  findings: [
    findingOf(),
    findingOf({
      id: 'f2',
      callSite: siteOf({ line: 12, column: 3, callee: 'readFileSync', function: 'load' }),
    }),
    findingOf({ id: 'f3', callSite: siteOf({ file: 'src/b.ts', line: 1, column: 1 }) }),
  ],
  blocks: [],
});
const proposals = new Map<string, Proposal>([
  ['f1', fix],
  ['f2', none],
]);

test('A scan lists the calls file by file, with what can be done about each', () => {
  expect(renderScan(report, 7, viewOf({ proposals, width: 100 }))).toBe(
    `3 blocking calls in async functions and handlers of 7 files, 1 with a fix

src/login.ts
     2:15  pbkdf2Sync in login   ✓ Use the asynchronous version: await pbkdf2(…)
     12:3  readFileSync in load  – A constructor cannot wait: move the call into an async factory.

src/b.ts
      1:1  pbkdf2Sync in login  –

See a fix: offloop fix src/login.ts:2:20`,
  );
});

test('A scan that finds nothing says how much it looked at', () => {
  expect(renderScan(reportOf({ findings: [], blocks: [] }), 1, viewOf())).toBe(
    'No blocking calls in async functions and handlers of 1 file.',
  );
});

test.each([40, 60, 80, 120])('No line of a scan is wider than a terminal of %i columns', (width) => {
  const long = 'averylongname'.repeat(9);
  const findings = [findingOf({ callSite: siteOf({ file: `${long}/界.ts`, function: long }) })];
  const view = viewOf({ width, proposals: new Map([['f1', { ...fix, title: `${long} ${long}` }]]) });
  const lines = renderScan(reportOf({ findings, blocks: [] }), 3, view).split('\n');
  expect(lines.filter((line) => widthOf(line) > width)).toEqual([]);
});
