import { expect, test } from 'vitest';
import { renderReport } from '../../../src/terminal/render/renderReport.ts';
import { reportOf, viewOf } from './terminalSupport.ts';

test.each([
  [65, [3, 8, 5], 'one turn of the event loop took 72 ms and ran 8 callbacks.'],
  [65, [1], 'one turn of the event loop took 70 ms, including the work of Node itself.'],
  [65, [], 'the event loop was once late by 65 ms.'],
])('A late loop without a block is no loop that nothing held up: %d ms, %j callbacks', (max, turns, said) => {
  const stalls = turns.map((callbacks, index) => ({
    startMs: index * 100,
    durationMs: index === 1 ? 72 : 70,
    callbacks,
  }));
  const loop = { ...reportOf().loop, delayMs: { p50: 1, p99: 4, max }, stalls };
  const rendered = renderReport(reportOf({ loop, findings: [], blocks: [] }), viewOf());
  expect(rendered).not.toContain('Nothing blocked');
  expect(rendered.replaceAll(/\s+/g, ' ')).toContain(said);
});

test('A recording without findings says so in plain words', () => {
  const { loop } = reportOf();
  const quiet = { ...loop, delayMs: { p50: 1, p99: 4, max: 12 }, stalls: [] };
  const lines = renderReport(reportOf({ loop: quiet, findings: [], blocks: [] }), viewOf()).split('\n');
  expect(lines.slice(-3)).toEqual(['blocks    none', '', 'Nothing blocked the event loop.']);
});

test('A recording in which nothing was seen does not say that nothing blocked', () => {
  const { recording } = reportOf();
  const report = reportOf({ recording: { ...recording, samples: 0 }, findings: [], blocks: [] });
  const rendered = renderReport(report, viewOf());
  expect(rendered).not.toContain('Nothing blocked');
  expect(rendered.split('\n').at(-1)).toBe(
    'Nothing was recorded, so nothing is known about the event loop. Record longer.',
  );
});
