import { micros, type Micros } from '../../../base/units.ts';
import type { Cause } from '../../../report/cause.ts';
import { causeRules } from '../../causes/causeRules.ts';
import type { Grain } from '../../../recording/grain.ts';
import type { CpuTimeReading } from '../../../recording/recording.ts';
import type { Block } from '../../timeline/segmentBlocks.ts';
import type { Attribution } from '../attribution.ts';

/** Readings further than this from the ends of the block say too little about it. µs. */
const farUs = 400_000;
/** Less than this share of the time that should have been on the CPU is what any busy machine shows. */
const leastShare = 0.4;

/** Mechanisms that wait without using the CPU: their time says nothing about a process that was held off it. */
const waiting: ReadonlySet<Cause> = new Set(
  causeRules.filter(({ waits }) => waits).map(({ cause }) => cause),
);

/** What is known of the CPU time around a block. */
export interface CpuEvidence {
  readonly cpuTimes: readonly CpuTimeReading[];
  /** How long the samples of the block show the collector. */
  readonly gc: Micros;
  readonly grain: Grain;
}

/** What the readings around a block say of it. Times in µs. */
interface OffCpu {
  /** How long the thread did certainly not have the CPU. */
  readonly missing: number;
  /** What the other threads of its process used; more than they did in the block, by what lies between it and the readings. */
  readonly byOthers: number;
}

/** Null without readings near enough. CPU time between a reading and the block is counted in, so that `missing` errs towards zero. */
function offCpu(block: Block, readings: readonly CpuTimeReading[]): OffCpu | null {
  const before = readings.findLast(({ at }) => at <= block.start);
  const after = readings.find(({ at }) => at >= block.end);
  if (before === undefined || after === undefined) return null;
  if (block.start - before.at > farUs || after.at - block.end > farUs) return null;
  const used = after.cpuUs - before.cpuUs;
  const isKnown = before.processCpuUs !== null && after.processCpuUs !== null;
  const byProcess = isKnown ? after.processCpuUs - before.processCpuUs : used;
  return {
    missing: Math.max(0, block.end - block.start - used),
    byOthers: Math.max(0, byProcess - used),
  };
}

/**
 * Takes the time in which the thread did not get the CPU out of what its code is charged with: a stopped process, a
 * suspended machine or a used-up quota blocks the loop too, but no code did it. Where samples show the collector (`gc`, in
 * all), and other threads of the process ran instead, the thread waited for its own collector: that stays with the code
 * which made the garbage, like what the collector does on the thread itself.
 */
export function chargeStarvation(
  block: Block,
  parts: readonly Attribution[],
  { cpuTimes, gc, grain }: CpuEvidence,
): readonly Attribution[] {
  const off = offCpu(block, cpuTimes);
  if (off === null) return parts;
  const waited = parts.reduce((sum, part) => sum + (waiting.has(part.cause) ? part.duration : 0), 0);
  const running = block.end - block.start - waited;
  const collected = Math.min(gc, off.byOthers, running);
  const starved = Math.min(off.missing - waited - collected, running);
  if (starved < grain.leastOffCpu || starved < leastShare * (running - collected)) return parts;
  const rest = (running - starved) / running;
  const charged = parts.map((part) =>
    waiting.has(part.cause) ? part : { ...part, duration: micros(part.duration * rest) },
  );
  const leaf = parts[0]?.leaf ?? 0;
  const own: Attribution = { site: null, cause: 'starved', duration: micros(starved), leaf };
  return [own, ...charged].sort((a, b) => b.duration - a.duration);
}
