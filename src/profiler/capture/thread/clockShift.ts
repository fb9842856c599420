import { micros, type Micros } from '../../../base/units.ts';
import type { Mark } from '../../../recording/recording.ts';

/** Clocks that differ by more than this are different clocks. */
const clockToleranceUs = 20_000;

/** What has to be added to `process.hrtime` to get the profile's clock, in us; the same clock on Linux. */
export function clockShift(profileStart: Micros, [before, after]: readonly number[]): number {
  if (before === undefined || after === undefined) return 0;
  const same = profileStart >= before - clockToleranceUs && profileStart <= after + clockToleranceUs;
  return same ? 0 : profileStart - after;
}

/** Marks, moved by so many microseconds. */
export function shiftedMarks(marks: readonly Mark[], byUs: number): readonly Mark[] {
  if (byUs === 0) return marks;
  const shift = (at: Micros): Micros => micros(at + byUs);
  return marks.map((mark) =>
    'end' in mark ? { ...mark, at: shift(mark.at), end: shift(mark.end) } : { ...mark, at: shift(mark.at) },
  );
}
