import { expect, test } from 'vitest';
import { notMeasured } from '../../../src/terminal/output/notMeasured.ts';
import { findingOf, reportOf } from './terminalSupport.ts';

const reportWith = (
  findings: number,
  samples: number,
  requests: number | null,
  leftOut: readonly number[] = [],
) =>
  reportOf({
    findings: Array.from({ length: findings }, () => findingOf()),
    recording: {
      ...reportOf().recording,
      samples,
      requests,
      ...(leftOut.length === 0
        ? {}
        : { notRecorded: leftOut.map((pid) => ({ pid, title: null, reason: 'closed' as const })) }),
    },
  });

test.each([
  ['a launcher whose programs could not be recorded', reportWith(0, 900, 0, [4711]), 'launcher'],
  ['a launcher of which no requests are known', reportWith(0, 900, null, [4711]), 'launcher'],
  ['a recording without a sample', reportWith(0, 0, 0), 'nothing'],
  ['a program that served and started others', reportWith(0, 900, 3, [4711]), null],
  ['a program that blocked and started others', reportWith(1, 900, 0, [4711]), null],
  ['a program that did not block', reportWith(0, 900, 0), null],
] as const)('Whether anything was measured: %s', (_what, report, expected) => {
  expect(notMeasured(report)).toBe(expected);
});
