import { describe, expect, it } from 'vitest';
import { charged as chargedIn, type CpuRow } from '../support/charged.ts';

/** What a block of 200 ms is charged to when the thread had the CPU for some of them. */
function charged(cpuMs: number): readonly string[] {
  const readings: readonly CpuRow[] = [
    [0, 0, null],
    [300, cpuMs, null],
  ];
  const drawing = ['idle 50', 'processTimers;work;pbkdf2Sync 200', 'idle 50'];
  return chargedIn('function work() {\n  return pbkdf2Sync(word);\n}', drawing, readings);
}

describe('a block on a machine that is short of CPU', () => {
  it('is charged to the code alone when the thread had the CPU', () => {
    expect(charged(200)).toEqual(['crypto 200']);
  });

  it('still names the code when that is a small share, but long enough to matter', () => {
    expect(charged(30)).toEqual(['starved 170', 'crypto 30']);
  });

  it('does not blame code that had hardly begun', () => {
    expect(charged(5)).toEqual(['starved 195']);
  });
});
