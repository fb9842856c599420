import { micros, type Micros } from '../../base/units.ts';
import type { Cause } from '../cause.ts';
import type { CpuTimeReading } from '../recording.ts';
import type { Block } from '../timeline/segmentBlocks.ts';
import type { Attribution } from './attribution.ts';

/** Readings further apart than this from the block's ends tell too little about it. µs. */
const farUs = 400_000;
/** Less than this, or than this share of the time that should have been on the CPU, is what any busy machine shows. µs. */
const leastUs = 25_000;
const leastShare = 0.4;

/** Mechanisms that wait without using the CPU: their time says nothing about a process that was held off it. */
const waiting: ReadonlySet<Cause> = new Set([
  'child-process',
  'database',
  'sync-io',
  'wait',
  'native-addon',
  'module-load',
]);

/**
 * How long a thread did certainly not have the CPU during a block, from the readings around it; null without such
 * readings. What it used between a reading and the block is counted in, so that this errs towards zero.
 */
function offCpu(block: Block, readings: readonly CpuTimeReading[]): Micros | null {
  const before = readings.findLast(({ at }) => at <= block.start);
  const after = readings.find(({ at }) => at >= block.end);
  if (before === undefined || after === undefined) return null;
  if (block.start - before.at > farUs || after.at - block.end > farUs) return null;
  return micros(Math.max(0, block.end - block.start - (after.cpuUs - before.cpuUs)));
}

/**
 * Takes the time in which the process did not get the CPU out of what its code is charged with: a stopped process, a
 * suspended machine or a used-up quota blocks the loop too, but no code did it.
 */
export function chargeStarvation(
  block: Block,
  parts: readonly Attribution[],
  readings: readonly CpuTimeReading[],
): readonly Attribution[] {
  const off = offCpu(block, readings);
  if (off === null) return parts;
  const waited = parts.reduce((sum, part) => sum + (waiting.has(part.cause) ? part.duration : 0), 0);
  const running = block.end - block.start - waited;
  const starved = Math.min(off - waited, running);
  if (starved < leastUs || starved < leastShare * running) return parts;
  const rest = (running - starved) / running;
  const charged = parts.map((part) =>
    waiting.has(part.cause) ? part : { ...part, duration: micros(part.duration * rest) },
  );
  const leaf = parts[0]?.leaf ?? 0;
  const own: Attribution = { site: null, cause: 'starved', duration: micros(starved), leaf };
  return [own, ...charged].sort((a, b) => b.duration - a.duration);
}
