import { expect, test } from 'vitest';
import { millis } from '../../../src/base/units.ts';
import type { FindingGroup } from '../../../src/report/report.ts';
import { checkFailOn } from '../../../src/terminal/output/failOn.ts';
import { blockOf, reportOf } from './terminalSupport.ts';

const reportWith = (...groups: readonly FindingGroup[]) =>
  reportOf({
    blocks: groups.map((group, index) => blockOf({ group, startMs: index * 1000, durationMs: 400 })),
  });
const options = { failOn: millis(100), startup: false, starved: false };

test('A long block of the running program fails', () => {
  expect(checkFailOn(reportWith('startup', 'block'), options)).toMatchObject({ fails: true });
});

test.each(['startup', 'starved'] as const)(
  'A long block of %s counts when asked for, and is named when not',
  (group) => {
    const { fails, sentences } = checkFailOn(reportWith(group), options);
    expect([fails, sentences]).toEqual([false, [expect.stringContaining(`--${group}`)]]);
    expect(checkFailOn(reportWith(group), { ...options, [group]: true }).fails).toBe(true);
  },
);

test('Without --fail-on nothing fails, and nothing is said', () => {
  expect(checkFailOn(reportWith('block'), { startup: true, starved: true })).toEqual({
    fails: false,
    sentences: [],
  });
});
