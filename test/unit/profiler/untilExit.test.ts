import { describe, expect, it } from 'vitest';
import { untilExit } from '../../../src/profiler/capture/thread/untilExit.ts';
import { profileOf } from '../support/profileOf.ts';

const frames = { reallyExit: { url: '' } };
const lengthMs = ({ startTime, endTime }: ReturnType<typeof untilExit>): number =>
  Math.round((endTime - startTime) / 1000);

describe('the time for which a program that ended waits for us', () => {
  it.each([
    [
      'an exit by name',
      ['idle 5', 'processTimers;work;exit 2', 'processTimers;work;exit;reallyExit 20000'],
      7,
    ],
    ['an exit after which windows went on', ['processTimers;work;exit;reallyExit 20000'], 0],
  ])('is no part of the profile after %s, whether it was said that it ended or not', (_what, drawn, left) => {
    for (const isOver of [false, true]) {
      const cut = untilExit(profileOf(drawn, { frames }), isOver);
      expect(lengthMs(cut)).toBe(left);
      expect(cut.samples).toHaveLength(left);
      expect(cut.timeDeltas).toHaveLength(left);
    }
  });

  it('is none after an exception or a natural end', () => {
    const drawn = profileOf(['idle 5', 'processTimers;work 30', 'program 20000']);
    expect(lengthMs(untilExit(drawn, true))).toBe(35);
  });

  it('is nothing that is cut from a program that runs', () => {
    const drawn = profileOf(['idle 5', 'processTimers;work 30', 'program 9']);
    expect(untilExit(drawn, false)).toBe(drawn);
    const busy = profileOf(['program 9', 'processTimers;work 30']);
    expect(untilExit(busy, true)).toBe(busy);
  });

  it('is not taken for a function of the program that has the same name', () => {
    const drawn = profileOf(['processTimers;work;reallyExit 40'], {
      frames: { reallyExit: { url: 'file:///app/main.js' } },
    });
    expect(untilExit(drawn, true)).toBe(drawn);
  });
});
