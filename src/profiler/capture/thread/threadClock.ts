import { micros, type Micros } from '../../../base/units.ts';
import type { Mark } from '../../../recording/recording.ts';
import { readNumbers } from '../../protocol/readValue.ts';

/** Clocks that differ by more than this are different clocks. */
const clockToleranceUs = 20_000;

/**
 * The clocks of one thread: that of its profiles, which is the recording's, that of `process.hrtime`, which its marks carry,
 * and the wall clock.
 */
export class ThreadClock {
  /** `process.hrtime` before and after the start of the first profile, in us. */
  #started: readonly number[] = [];
  /** The wall clock at the first of these moments, ms since the epoch. */
  #startedWallMs: number | null = null;
  /** What has to be added to `process.hrtime` to get the profiles' clock, in us; undefined before the first profile. */
  #shiftUs: number | undefined;

  /** Notes what the thread said of the start of its first profile: `process.hrtime` before and after it, then the wall clock. */
  noteStart(answer: unknown): void {
    this.#started = readNumbers(answer, 2);
    this.#startedWallMs = readNumbers(answer, 3)[2] ?? null;
  }

  /** Compares the clocks at the first profile; later ones change nothing. */
  noteProfile(startTime: Micros): void {
    this.#shiftUs ??= clockShift(startTime, this.#started);
  }

  /** The wall clock at a time of the profiles, ms since the epoch; null when it was not read. */
  wallMsAt(at: Micros): number | null {
    const [before] = this.#started;
    if (before === undefined || this.#startedWallMs === null) return null;
    return this.#startedWallMs + (at - (this.#shiftUs ?? 0) - before) / 1000;
  }

  /** Marks by the clock of the profiles. */
  shifted(marks: readonly Mark[]): readonly Mark[] {
    const byUs = this.#shiftUs ?? 0;
    if (byUs === 0) return marks;
    const shift = (at: Micros): Micros => micros(at + byUs);
    return marks.map((mark) =>
      'end' in mark ? { ...mark, at: shift(mark.at), end: shift(mark.end) } : { ...mark, at: shift(mark.at) },
    );
  }
}

/** The same clock on Linux. */
function clockShift(profileStart: Micros, [before, after]: readonly number[]): number {
  if (before === undefined || after === undefined) return 0;
  const same = profileStart >= before - clockToleranceUs && profileStart <= after + clockToleranceUs;
  return same ? 0 : profileStart - after;
}
