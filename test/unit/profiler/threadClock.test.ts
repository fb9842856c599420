import { expect, it } from 'vitest';
import { micros } from '../../../src/base/units.ts';
import type { Mark } from '../../../src/recording/recording.ts';
import { ThreadClock } from '../../../src/profiler/capture/thread/threadClock.ts';

const marks: readonly Mark[] = [
  { kind: 'beat', at: micros(2_000_000) },
  { kind: 'steps', at: micros(2_100_000), end: micros(2_200_000) },
];
const wallMs = Date.parse('2026-01-01T00:00:00Z');

it('a clock that profiles share with process.hrtime moves no mark, and tells the wall clock', () => {
  const clock = new ThreadClock();
  expect(clock.wallMsAt(micros(1_000_000))).toBeNull();
  clock.noteStart([1_000_000, 1_008_000, wallMs]);
  clock.noteProfile(micros(1_005_000));
  expect(clock.shifted(marks)).toBe(marks);
  expect(clock.wallMsAt(micros(3_000_000))).toBe(wallMs + 2_000);
});

it('a clock of its own moves marks at both ends, by what the first profile showed', () => {
  const clock = new ThreadClock();
  clock.noteStart([1_000_000, 1_008_000, wallMs]);
  expect(clock.shifted(marks)).toBe(marks);
  clock.noteProfile(micros(51_008_000));
  clock.noteProfile(micros(99_000_000));
  expect(clock.shifted(marks)).toEqual([
    { kind: 'beat', at: 52_000_000 },
    { kind: 'steps', at: 52_100_000, end: 52_200_000 },
  ]);
  expect(clock.wallMsAt(micros(53_000_000))).toBe(wallMs + 2_000);
});

it('an answer that is none leaves the wall clock unknown', () => {
  const clock = new ThreadClock();
  clock.noteStart('</script>');
  clock.noteProfile(micros(5));
  expect(clock.wallMsAt(micros(5))).toBeNull();
  expect(clock.shifted(marks)).toBe(marks);
});
