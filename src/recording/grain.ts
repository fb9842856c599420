import { micros, millis, type Micros, type Millis } from '../base/units.ts';

/**
 * How finely time is recorded and read: every duration that depends on the block threshold, so that the shortest block
 * of interest is seen well. For the usual 50 ms these are the durations that cost a target least when measured.
 */
export interface Grain {
  /** Longest sampling interval: several samples fall into the shortest block. */
  readonly interval: Millis;
  /** Callbacks that follow each other faster are marked once in this time. */
  readonly keepMarks: Micros;
  /** A busy stretch shorter than this cannot hold a block. */
  readonly quiet: Micros;
  /** A callback has to run this long before its stack is taken. */
  readonly peekAfter: Micros;
  /** How long until the stack of what still runs is taken again. */
  readonly peekAgain: Millis;
  /** How often a thread is looked at that does nothing long. */
  readonly peekEvery: Millis;
  /** How often CPU time is read: at least twice within the shortest block. */
  readonly cpuTimeEvery: Millis;
  /** Less time without the CPU is what any busy machine shows. */
  readonly leastOffCpu: Micros;
  /** Two sightings of one block begin this close to each other. */
  readonly sameBlock: Millis;
}

const usual = 50;

/** A length that is `atUsual` for a threshold of 50 ms and at most that, shorter in proportion, but never below `least`. */
const scaled = (threshold: Millis, atUsual: number, least: number): number =>
  Math.max(least, Math.min(1, threshold / usual) * atUsual);

/** The lengths that follow from a threshold. */
export function grainOf(threshold: Millis): Grain {
  return {
    interval: millis(Math.min(5, Math.max(0.5, threshold / 4))),
    keepMarks: micros(scaled(threshold, 5_000, 500)),
    quiet: micros(scaled(threshold, 15_000, 500)),
    peekAfter: micros(scaled(threshold, 20_000, 2_000)),
    peekAgain: millis(scaled(threshold, 15, 2)),
    peekEvery: millis(scaled(threshold, 50, 20)),
    cpuTimeEvery: millis(scaled(threshold, 25, 10)),
    leastOffCpu: micros(scaled(threshold, 25_000, 2_500)),
    sameBlock: millis(scaled(threshold, 6, 0.5)),
  };
}
