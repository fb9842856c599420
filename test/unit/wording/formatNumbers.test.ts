import { describe, expect, it } from 'vitest';
import {
  counted,
  formatClock,
  formatCount,
  formatMs,
  formatSeconds,
  formatShare,
} from '../../../src/wording/numbers/formatNumbers.ts';

describe('a figure reads the same wherever it stands', () => {
  it.each([
    [0, '0 ms'],
    [0.02, '< 0.1 ms'],
    [0.05, '0.1 ms'],
    [0.44, '0.4 ms'],
    [3, '3 ms'],
    [3.44, '3.4 ms'],
    [9.94, '9.9 ms'],
    [9.99, '10 ms'],
    [50, '50 ms'],
    [412.4, '412 ms'],
    [999.4, '999 ms'],
    [999.9, '1 s'],
    [3000, '3 s'],
    [3101, '3.1 s'],
    [59_940, '59.9 s'],
    [59_960, '1 min'],
    [125_400, '2 min 5 s'],
    [3_599_400, '59 min 59 s'],
    [3_599_600, '1 h'],
    [9_000_000, '2 h 30 min'],
    [90_000_000, '25 h'],
  ])('%f ms is %s', (ms, text) => {
    expect(formatMs(ms)).toBe(text);
  });

  it.each([
    [400, '0 s'],
    [4_400, '4 s'],
    [64_000, '1 min 4 s'],
    [7_500_000, '2 h 5 min'],
  ])('%f ms to the second are %s', (ms, text) => {
    expect(formatSeconds(ms)).toBe(text);
  });

  it.each([
    [0, '0 %'],
    [0.0002, '< 0.1 %'],
    [0.0007, '0.1 %'],
    [0.004, '0.4 %'],
    [0.0099, '1 %'],
    [0.31, '31 %'],
    [0.996, '100 %'],
    [1, '100 %'],
  ])('a share of %f is %s', (share, text) => {
    expect(formatShare(share)).toBe(text);
  });

  it.each([
    [-1, '00:00'],
    [12_900, '00:12'],
    [3_599_999, '59:59'],
    [3_723_000, '1:02:03'],
  ])('%i ms on a clock are %s', (ms, text) => {
    expect(formatClock(ms)).toBe(text);
  });

  it('sets thousands apart, and has a word for one and for many', () => {
    expect([0, 999, 1000, 1_234_567].map(formatCount)).toEqual(['0', '999', '1,000', '1,234,567']);
    expect([0, 1, 1204].map((count) => counted(count, 'block'))).toEqual([
      '0 blocks',
      '1 block',
      '1,204 blocks',
    ]);
    expect(counted(2, 'process', 'processes')).toBe('2 processes');
  });
});
