import { basename } from 'node:path';
import type { Recording } from '../../src/recording/recording.ts';
import type { Report, ReportBlock } from '../../src/report/report.ts';
import { expectations, placeOf } from './expectations.ts';
import type { PlantedTarget, Stretch } from './plantedTarget.ts';

/** ms: what counts as a block, and how far from it a measurement may lie on either side. */
export const thresholdMs = 50;
export const toleranceMs = 5;
/** Two intervals are the same block when they share this much of what they cover together. */
const sameOverlap = 0.6;

/** Causes that wait without the CPU, and the share of a block that the others should have been on it. */
const waiting: readonly string[] = ['wait', 'child-process', 'sync-io', 'module-load'];
const onCpu = 0.6;

/** What became of one planted block. */
export interface Verdict {
  readonly kind: string;
  readonly way: string;
  readonly startMs: number;
  readonly truthMs: number;
  readonly reportedMs: number | null;
  readonly functionRight: boolean;
  readonly callRight: boolean;
  readonly causeRight: boolean;
  /** The machine held the target off its CPU for most of the block: no code is to be blamed. */
  readonly starved: boolean;
  /** Whether a stack taken inside the block names the exact line of the planted call. */
  readonly liveRight: boolean;
  /** What was said instead, for the reader of a failure. */
  readonly said: string;
}

/** A cell's planted blocks and what was reported beyond them. */
export interface Comparison {
  readonly verdicts: readonly Verdict[];
  readonly reported: number;
  /** Reported blocks that neither were planted nor seen by the target's own clock. */
  readonly falseBlocks: readonly ReportBlock[];
}

interface Interval {
  readonly startMs: number;
  readonly endMs: number;
}

function overlap(a: Interval, b: Interval): number {
  const shared = Math.min(a.endMs, b.endMs) - Math.max(a.startMs, b.startMs);
  const together = Math.max(a.endMs, b.endMs) - Math.min(a.startMs, b.startMs);
  return together <= 0 ? 0 : shared / together;
}

const intervalOf = (block: ReportBlock): Interval => ({
  startMs: block.startMs,
  endMs: block.startMs + block.durationMs,
});

/** The start of a recording on the target's clock, µs: report times count from there. */
export const originOf = (recording: Recording): number =>
  Math.min(
    ...recording.threads.flatMap(({ windows }) => windows.slice(0, 1).map(({ startTime }) => startTime)),
  );

/** Holds a report against the target's own record. */
export function compareBlocks(
  target: PlantedTarget,
  truth: readonly Stretch[],
  recording: Recording,
  report: Report,
): Comparison {
  const origin = originOf(recording);
  const inMs = (stretch: Stretch): Stretch & Interval => ({
    ...stretch,
    startMs: (stretch.startUs - origin) / 1000,
    endMs: (stretch.endUs - origin) / 1000,
  });
  const stretches = truth.map(inMs).filter(({ startMs }) => startMs > 0);
  const main = report.blocks.filter(({ thread }) => thread === 'main');
  const free = new Set(main);
  const verdicts: Verdict[] = [];
  for (const stretch of stretches.filter(({ kind }) => kind !== null)) {
    const length = stretch.endMs - stretch.startMs;
    const found = [...free]
      .map((block) => ({ block, share: overlap(intervalOf(block), stretch) }))
      .sort((a, b) => b.share - a.share)[0];
    const block = found !== undefined && found.share >= sameOverlap ? found.block : null;
    if (block !== null) free.delete(block);
    if (length < thresholdMs + toleranceMs) continue;
    verdicts.push(verdictOf(target, stretch, block, report, recording, origin));
  }
  const others = stretches.filter(({ startMs, endMs }) => endMs - startMs >= thresholdMs - toleranceMs);
  const falseBlocks = [...free].filter(
    (block) => !others.some((stretch) => overlap(intervalOf(block), stretch) >= sameOverlap),
  );
  return { verdicts, reported: main.length, falseBlocks };
}

function verdictOf(
  target: PlantedTarget,
  stretch: Stretch & Interval,
  block: ReportBlock | null,
  report: Report,
  recording: Recording,
  origin: number,
): Verdict {
  const expected = expectations[stretch.kind ?? ''];
  if (expected === undefined) throw new Error(`nothing is expected of ${String(stretch.kind)}`);
  const place = placeOf(target.source, expected);
  const part = block?.parts[0];
  const finding = report.findings.find(({ id }) => id === part?.findingId);
  const site = finding?.callSite;
  const used = stretch.cpuUs === null ? Infinity : stretch.cpuUs / 1000;
  const starved = !waiting.includes(expected.cause) && used < onCpu * (stretch.endMs - stretch.startMs);
  const isFile = site != null && basename(site.file) === basename(target.sourcePath);
  const functionRight = isFile && site.function.split('.').at(-1) === expected.function;
  return {
    kind: stretch.kind ?? '',
    way: stretch.way ?? '',
    startMs: stretch.startMs,
    truthMs: stretch.endMs - stretch.startMs,
    reportedMs: block?.durationMs ?? null,
    functionRight,
    callRight:
      functionRight &&
      (place === null ||
        (site.precision === 'call' && site.line === place.line && site.column === place.column)),
    causeRight:
      part !== undefined &&
      (part.cause === expected.cause ||
        part.cause === expected.orCause ||
        (starved && part.cause === 'starved')),
    starved: starved && part?.cause === 'starved',
    liveRight: place !== null && sawLive(target, stretch, recording, origin, expected.function, place.line),
    said:
      site == null
        ? `no site, ${String(part?.cause)}`
        : `${site.function} ${String(site.callee)} ${String(site.line)}:${String(site.column)} ${site.precision}, ${String(part?.cause)}`,
  };
}

function sawLive(
  target: PlantedTarget,
  { startMs, endMs }: Interval,
  recording: Recording,
  origin: number,
  name: string,
  line: number,
): boolean {
  // Live positions are those of what runs: exact lines are compared where that is also the source.
  const isSource = target.sourcePath.endsWith('.mjs');
  const stacks = recording.threads[0]?.liveStacks ?? [];
  return stacks.some(({ at, frames }) => {
    const atMs = (at - origin) / 1000;
    return (
      atMs >= startMs &&
      atMs <= endMs &&
      frames.some((frame) => frame.functionName === name && (!isSource || frame.lineNumber + 1 === line))
    );
  });
}
