import { describe, expect, it } from 'vitest';
import { seeded } from '../../../bench/support/statistics.ts';
import { micros } from '../../../src/base/units.ts';
import { grainOf } from '../../../src/recording/grain.ts';
import { millis } from '../../../src/base/units.ts';
import type { Mark } from '../../../src/recording/recording.ts';
import { thinMarks } from '../../../src/recording/thinMarks.ts';

const keepUs = 5_000;
const beat = (at: number): Mark => ({ kind: 'beat', at: micros(at) });
const entry = (at: number): Mark => ({ kind: 'entry', at: micros(at) });
const gapsOf = (marks: readonly Mark[]): readonly number[] =>
  marks.slice(1).map(({ at }, index) => at - (marks[index]?.at ?? 0));

describe('marks that were thinned out', () => {
  it('still separate callbacks that follow each other quickly', () => {
    const marks = Array.from({ length: 10_000 }, (_, index) => beat(index * 300));
    const kept = thinMarks(marks, keepUs);
    expect(kept.length).toBeLessThan(marks.length / 10);
    expect(Math.max(...gapsOf(kept))).toBeLessThan(2 * keepUs);
  });

  it('still show that the loop turned, however many callbacks a turn holds', () => {
    const marks = Array.from({ length: 4_000 }, (_, index) => (index % 8 === 0 ? beat : entry)(index * 500));
    const turns = thinMarks(marks, keepUs).filter(({ kind }) => kind === 'beat');
    expect(Math.max(...gapsOf(turns))).toBeLessThan(3 * keepUs);
  });

  it.each([1, 2, 3, 4])('keep both ends of each long interval, whatever lies around it: seed %d', (seed) => {
    const random = seeded(seed);
    let at = 0;
    const marks = Array.from({ length: 3_000 }, () => {
      at += random() < 0.02 ? keepUs + random() * 90_000 : random() * 1_500;
      return (random() < 0.3 ? beat : entry)(at);
    });
    const kept = new Set(thinMarks(marks, keepUs));
    const long = marks.filter(
      (mark, index) =>
        mark.at - (marks[index - 1]?.at ?? mark.at) >= keepUs ||
        (marks[index + 1]?.at ?? mark.at) - mark.at >= keepUs,
    );
    expect(long.filter((mark) => !kept.has(mark))).toEqual([]);
  });
});

describe('the grain of a recording', () => {
  it.each([1, 5, 20, 50, 1000])(
    'lets several samples and marks fall into the shortest block: %d ms',
    (threshold) => {
      const grain = grainOf(millis(threshold));
      expect(grain.interval).toBeLessThanOrEqual(threshold / 2);
      expect(grain.keepMarks).toBeLessThanOrEqual(500 * threshold);
      expect(grain.quiet).toBeLessThanOrEqual(500 * threshold);
      expect(grain.sameBlock).toBeLessThanOrEqual(threshold / 2);
    },
  );

  it('is for the usual threshold and longer ones what was measured to cost least', () => {
    const usual = grainOf(millis(50));
    expect(usual).toEqual({
      interval: 5,
      keepMarks: 5_000,
      quiet: 15_000,
      peekAfter: 20_000,
      peekAgain: 15,
      peekEvery: 50,
      cpuTimeEvery: 25,
      leastOffCpu: 25_000,
      sameBlock: 6,
    });
    expect(grainOf(millis(1000))).toEqual(usual);
  });
});
