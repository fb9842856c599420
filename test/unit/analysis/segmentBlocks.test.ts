import { describe, expect, it } from 'vitest';
import type { CpuProfile, Mark, Stretch } from '../../../src/recording/recording.ts';
import { segmentBlocks, type Segmentation } from '../../../src/analysis/timeline/segmentBlocks.ts';
import { timelineOf } from '../../../src/analysis/timeline/timeline.ts';
import { micros, millis } from '../../../src/base/units.ts';
import { profileOf } from '../support/profileOf.ts';

const origin = 1_000_000;
const at = (ms: number): Mark['at'] => micros(origin + ms * 1000);
const beat = (ms: number): Mark => ({ kind: 'beat', at: at(ms) });
const request = (ms: number): Mark => ({ kind: 'request', at: at(ms), method: 'GET', url: '/' });
const entry = (ms: number): Mark => ({ kind: 'entry', at: at(ms) });

const segment = (windows: readonly CpuProfile[], marks: readonly Mark[] = []): Segmentation =>
  segmentBlocks(timelineOf({ id: 'main', pid: 1, windows, marks, scripts: [] }), { marks }, millis(50));

/** Blocks as `start+length` in ms since the beginning of the drawing. */
const blocksOf = (entries: readonly string[], marks: readonly Mark[] = []): readonly string[] =>
  segment([profileOf(entries)], marks).blocks.map(
    ({ start, end }) => `${String((start - origin) / 1000)}+${String((end - start) / 1000)}`,
  );

describe('a block', () => {
  it('is a stretch between idle samples that is long enough', () => {
    //        idle      work          idle     short    idle
    expect(
      blocksOf(['idle 10', 'processTimers;work 80', 'idle 20', 'processTimers;work 40', 'idle 5']),
    ).toEqual(['10+80']);
  });

  it('ends where Node enters JavaScript for another reason', () => {
    expect(blocksOf(['processTimers;a 60', 'processImmediate;b 70', 'idle 5'])).toEqual(['0+60', '60+70']);
  });

  it('holds the ticks and microtasks that it leaves behind', () => {
    expect(blocksOf(['idle 5', 'processTimers;a 40', 'processTicksAndRejections;b 40', 'idle 5'])).toEqual([
      '5+80',
    ]);
  });

  it('does not begin with a root function that only an incomplete stack shows', () => {
    expect(blocksOf(['idle 5', 'processTimers;a 30', 'fib 10', 'processTimers;a 30', 'idle 5'])).toEqual([
      '5+70',
    ]);
  });

  it('holds the collection of garbage within it', () => {
    expect(blocksOf(['idle 5', 'processTimers;a 30', 'gc 30', 'processTimers;a 10', 'idle 5'])).toEqual([
      '5+70',
    ]);
  });

  it('leaves out native time outside JavaScript at its ends', () => {
    expect(blocksOf(['idle 5', 'program 30', 'processTimers;a 60', 'program 30', 'idle 5'])).toEqual([
      '35+60',
    ]);
    expect(blocksOf(['idle 5', 'program 90', 'idle 5'])).toEqual([]);
  });

  it('is split where a mark says that another callback began', () => {
    const busy = ['idle 5', 'parserOnHeadersComplete;a 180', 'idle 5'];
    expect(blocksOf(busy)).toEqual(['5+180']);
    expect(blocksOf(busy, [request(65), request(125)])).toEqual(['5+60', '65+60', '125+60']);
    expect(blocksOf(busy, [beat(95)])).toEqual(['5+90', '95+90']);
  });

  it('is split where Node called back, also in the middle of what one function drains', () => {
    expect(blocksOf(['processTimers;a 200', 'idle 5'], [entry(90)])).toEqual(['0+90', '90+110']);
    expect(blocksOf(['processTicksAndRejections;a 200', 'idle 5'], [entry(90)])).toEqual(['0+90', '90+110']);
  });

  it.each([
    ['at once', [], ['b']],
    ['after a collection of garbage', ['gc 5'], ['b', '(garbage collector)']],
  ])('does not hold what ran before its mark, although one sample covers both: %s', (_when, gc, seen) => {
    //  a's last sample: 20 to 25 ms; b is called at 22 ms
    const drawn = profileOf(['processTimers;a 25', ...gc, 'processTimers;b 60', 'idle 10'], {
      interval: 5000,
    });
    const timeline = timelineOf({ id: 'main', pid: 1, windows: [drawn], marks: [], scripts: [] });
    const { blocks } = segmentBlocks(timeline, { marks: [entry(22)] }, millis(50));
    const names = blocks[0]?.slices.map(({ node }) => timeline.tree.frame(node).functionName);
    expect(new Set(names)).toEqual(new Set(seen));
    expect([blocks[0]?.start, blocks[0]?.end]).toEqual([at(22), at(85 + 5 * gc.length)]);
  });

  it('begins where Node called back, which is before its first sample', () => {
    //               entry at 7 ↓ within the last idle sample of 5 ms
    const drawn = profileOf(['idle 10', 'processTimers;a 80', 'idle 10'], { interval: 5000 });
    const { blocks } = segment([drawn], [entry(7)]);
    expect(blocks.map(({ start, end }) => [start, end])).toEqual([[at(7), at(90)]]);
    expect(blocks[0]?.slices.reduce((sum, { duration }) => sum + duration, 0)).toBe(83_000);
  });

  it('says how its boundary was measured', () => {
    const drawing = [profileOf(['idle 5', 'processTimers;a 60', 'idle 5'])];
    expect(segment(drawing).blocks[0]?.boundary).toBe('idle');
    expect(segment(drawing, [beat(70)]).blocks[0]?.boundary).toBe('marks');
  });
});

describe('a timeline of several windows', () => {
  it('keeps a block that a rotation cuts whole, and counts the overlap once', () => {
    const first = profileOf(['idle 10', 'processTimers;a 60']);
    const second = profileOf(['processTimers;a 40', 'idle 10'], { start: origin + 66_000 });
    const { blocks } = segment([first, second]);
    expect(blocks.map(({ start, end }) => [(start - origin) / 1000, (end - start) / 1000])).toEqual([
      [10, 96],
    ]);
    expect(blocks[0]?.slices.reduce((sum, { duration }) => sum + duration, 0)).toBe(96_000);
  });

  it('does not join what lies on both sides of a hole', () => {
    const first = profileOf(['processTimers;a 60']);
    const second = profileOf(['processTimers;a 60'], { start: origin + 500_000 });
    expect(segment([first, second]).blocks).toHaveLength(2);
  });
});

describe('time', () => {
  it('in a long gap belongs to the native function that swallowed the sampler, seen after it', () => {
    const frames = { read: { url: '', scriptId: '0' } };
    const drawn = profileOf(['idle 10', 'processTimers;load 1', 'processTimers;load;read 1', 'idle 10'], {
      frames,
    });
    const deltas = drawn.timeDeltas.map((delta, index) => (index === 11 ? 400_000 : delta));
    const profile = { ...drawn, timeDeltas: deltas, endTime: micros(drawn.endTime + 399_000) };
    const timeline = timelineOf({ id: 'main', pid: 1, windows: [profile], marks: [], scripts: [] });
    const [block] = segmentBlocks(timeline, { marks: [] }, millis(50)).blocks;
    const names = block?.slices.map(({ node, duration }) => [
      timeline.tree.frame(node).functionName,
      duration / 1000,
    ]);
    expect(names).toEqual([
      ['read', 400],
      ['read', 1],
    ]);
  });

  it('is in order even where the sampler reports a negative delta', () => {
    const drawn = profileOf(['idle 5', 'processTimers;a 60', 'idle 5']);
    const timeDeltas = drawn.timeDeltas.map((delta, index) =>
      index === 20 ? -3000 : index === 21 ? 5000 : delta,
    );
    const [block] = segment([{ ...drawn, timeDeltas }]).blocks;
    expect(block === undefined ? null : (block.end - block.start) / 1000).toBe(60);
  });

  it('not spent idle is the utilization', () => {
    expect(segment([profileOf(['idle 25', 'processTimers;a 75'])]).utilization).toBeCloseTo(0.75, 5);
    expect(segment([]).utilization).toBeNull();
  });
});

describe('a stall', () => {
  it('is one busy turn of the loop with all its callbacks, and needs beats to be measured', () => {
    const drawn = [
      profileOf(['idle 5', 'processTimers;a 40', 'processImmediate;b 40', 'processTimers;c 30', 'idle 5']),
    ];
    expect(segment(drawn).stalls).toBeNull();
    const { stalls, blocks } = segment(drawn, [beat(85)]);
    expect(blocks).toEqual([]);
    expect(stalls).toEqual([{ start: at(5), end: at(85), callbacks: 2 }]);
  });
});

describe('where marks are missing', () => {
  const stretch = (from: number, to: number) => ({ start: at(from), end: at(to) });
  const blocksIn = (entries: readonly string[], marks: readonly Mark[], unmarked: readonly Stretch[]) => {
    const timeline = timelineOf({ id: 'main', pid: 1, windows: [profileOf(entries)], marks, scripts: [] });
    const { blocks, stalls } = segmentBlocks(timeline, { marks, unmarked }, millis(50));
    const drawn = blocks.map(
      ({ start, end, boundary }) =>
        `${String((start - origin) / 1000)}+${String((end - start) / 1000)} ${boundary}`,
    );
    return { drawn, stalls: stalls?.length };
  };

  it('a busy stretch is no block: many callbacks look the same', () => {
    const busy = ['processTimers;a 300', 'idle 5'];
    expect(blocksIn(busy, [beat(200), beat(204)], [stretch(0, 200)])).toEqual({
      drawn: ['204+96 marks'],
      stalls: 1,
    });
    expect(blocksIn(busy, [beat(0), beat(3), beat(299)], [stretch(3, 299)])).toEqual({
      drawn: [],
      stalls: 0,
    });
  });

  it('what follows idle time is one, and says that its ends were not measured', () => {
    const drawing = ['idle 20', 'processTimers;a 80', 'idle 20'];
    expect(blocksIn(drawing, [beat(115)], [stretch(0, 110)]).drawn).toEqual(['20+80 idle']);
  });

  it('only there', () => {
    const drawing = ['processTimers;a 100', 'idle 5', 'processTimers;a 80', 'idle 5'];
    expect(blocksIn(drawing, [beat(101), beat(186)], [stretch(0, 90)]).drawn).toEqual(['105+80 marks']);
  });
});
