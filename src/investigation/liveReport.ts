import { findBlocks, type AnalysisOptions } from '../analysis/analyzeRecording.ts';
import { sumOfTimes } from '../report/figures/sumOfTimes.ts';
import type { Recording } from '../recording/recording.ts';
import type { Finding, Findings, FoundBlock } from '../report/finding.ts';
import type { Report } from '../report/report.ts';
import type { SourceProvider } from '../code/sourceProvider.ts';
import { grainOf } from '../recording/grain.ts';
import { mainThread } from '../recording/threadNames.ts';
import { micros, toTenths, type Micros } from '../base/units.ts';
import { proposeFor } from './investigate.ts';
import { LoadedCodeReader } from './verdicts/loadedCode.ts';

/** A block that ends this close to the end of what was recorded may go on in the next window. ms. */
const openEndMs = 25;
/** Further than a threshold back, so that a block that has just begun is seen whole the next time. ms. */
const lookBackMs = 60;
/** A thread that is this far behind the others has ended. ms. */
const endedAfterMs = 10_000;
/** Blocks that are kept one by one; the findings count all. */
const keptBlocks = 5000;
/** The number of blocks per finding, longest first, that keep their stacks: a report every few seconds has to stay small. */
const keptStacks = 20;

type Stall = NonNullable<Report['loop']['stalls']>[number];

interface FindingTimes {
  readonly finding: Finding;
  readonly times: number[];
  readonly threads: Set<string>;
}

/** Start and end of everything recorded so far on the target's clock; null before the first window. */
function spanOf(recording: Recording): { readonly start: Micros; readonly end: Micros } | null {
  const windows = recording.threads.flatMap((thread) => thread.windows);
  if (windows.length === 0) return null;
  return {
    start: micros(Math.min(...windows.map(({ startTime }) => startTime))),
    end: micros(Math.max(...windows.map(({ endTime }) => endTime))),
  };
}

function withoutStacks(block: FoundBlock): FoundBlock {
  const { stack, parts } = block;
  if (stack.length === 0 && parts.every((part) => part.stack === undefined)) return block;
  return { ...block, stack: [], parts: parts.map(({ findingId, cause, ms }) => ({ findingId, cause, ms })) };
}

/** The report of a recording that goes on: each step analyses only what is new, and adds it up. */
export class LiveReport {
  readonly #provider: SourceProvider;
  readonly #options: AnalysisOptions;
  readonly #code: LoadedCodeReader;
  /** Two sightings of the same block differ by at most so much. */
  readonly #sameBlockMs: number;
  readonly #findings = new Map<string, FindingTimes>();
  #blocks: FoundBlock[] = [];
  readonly #stalls: Stall[] = [];
  /** thread -> end of its last counted block, ms since the beginning. */
  readonly #counted = new Map<string, number>();
  /** thread -> end of its last window, on the target's clock: those of several processes end at different times. */
  readonly #ends = new Map<string, number>();
  #origin: Micros | null = null;
  /** The wall clock at the origin. */
  #startedAt: string | null = null;
  #since: Micros | undefined;
  #samples = 0;
  #blockCount = 0;

  constructor(provider: SourceProvider, options: AnalysisOptions) {
    this.#provider = provider;
    this.#options = options;
    this.#code = new LoadedCodeReader(provider, options);
    this.#sameBlockMs = grainOf(options.threshold).sameBlock;
  }

  /** From when on the next step needs to see the recording; undefined for all of it. */
  get since(): Micros | undefined {
    return this.#since;
  }

  /** Blocks counted so far. */
  get blockCount(): number {
    return this.#blockCount;
  }

  /** Adds what a snapshot holds beyond the last one. `final`: nothing follows. */
  step(recording: Recording, final: boolean): Report {
    const span = spanOf(recording);
    const chunk = findBlocks(recording, this.#provider, this.#options);
    if (span === null) return this.#report(chunk, recording);
    if (this.#origin === null) this.#startedAt = recording.startedAt;
    this.#origin ??= span.start;
    const offset = this.#toMs(span.start);
    this.#noteWindows(recording);
    const horizonOf = (thread: string): number =>
      final ? Infinity : this.#toMs(this.#ends.get(thread) ?? span.end) - openEndMs;
    const open = this.#count(chunk, offset, horizonOf);
    this.#countStalls(chunk, offset, horizonOf(recording.threads[0]?.id ?? mainThread));
    const seen = [...this.#ends.values()].filter((end) => end > span.end - endedAfterMs * 1000);
    const from = Math.min(
      open ?? Infinity,
      this.#toMs(Math.min(...seen)) - this.#options.threshold - lookBackMs,
    );
    this.#since = micros(this.#origin + Math.max(from, 0) * 1000);
    return this.#report(chunk, recording);
  }

  /** A time of the target's clock, in ms since the beginning. */
  #toMs(at: number): number {
    return (at - (this.#origin ?? 0)) / 1000;
  }

  /** Notes how far each thread has been recorded, and the samples that are new. */
  #noteWindows({ threads }: Recording): void {
    for (const { id, windows } of threads) {
      const before = this.#ends.get(id) ?? -Infinity;
      const fresh = windows.filter(({ endTime }) => endTime > before);
      this.#samples += fresh.reduce((sum, { samples }) => sum + samples.length, 0);
      if (fresh.length > 0) this.#ends.set(id, Math.max(...fresh.map(({ endTime }) => endTime)));
    }
  }

  /** Counts blocks that are over; answers with the start of the first that may go on. ms since the beginning. */
  #count(chunk: Findings, offset: number, horizonOf: (thread: string) => number): number | null {
    const findings = new Map(chunk.findings.map((finding) => [finding.id, finding]));
    let open: number | null = null;
    for (const block of chunk.blocks) {
      const start = block.startMs + offset;
      const end = start + block.durationMs;
      const counted = this.#counted.get(block.thread) ?? -Infinity;
      if (start < counted - this.#sameBlockMs) continue;
      if (end > horizonOf(block.thread)) {
        open = Math.min(open ?? Infinity, start);
        continue;
      }
      this.#counted.set(block.thread, end);
      this.#add({ ...block, startMs: toTenths(start) }, findings);
    }
    return open;
  }

  #add(block: FoundBlock, findings: ReadonlyMap<string, Finding>): void {
    this.#blockCount += 1;
    this.#blocks.push(block);
    if (this.#blocks.length > keptBlocks) this.#blocks.shift();
    for (const part of block.parts) {
      const finding = findings.get(part.findingId);
      if (finding === undefined) continue;
      const known = this.#findings.get(finding.id);
      const entry = { finding, times: known?.times ?? [], threads: known?.threads ?? new Set<string>() };
      entry.times.push(part.ms);
      entry.threads.add(block.thread);
      this.#findings.set(finding.id, entry);
    }
  }

  #countStalls(chunk: Findings, offset: number, horizon: number): void {
    for (const stall of chunk.loop.stalls ?? []) {
      const startMs = toTenths(stall.startMs + offset);
      const last = this.#stalls.at(-1);
      const isNew = last === undefined || startMs >= last.startMs + last.durationMs - this.#sameBlockMs;
      if (isNew && startMs + stall.durationMs <= horizon) this.#stalls.push({ ...stall, startMs });
    }
    if (this.#stalls.length > keptBlocks) this.#stalls.splice(0, this.#stalls.length - keptBlocks);
  }

  /** Takes the stacks from blocks that are not among the longest of any finding, now or later. */
  #dropStacks(): void {
    const longest = new Set<FoundBlock>();
    for (const id of this.#findings.keys()) {
      const own = this.#blocks.filter(({ parts }) => parts.some(({ findingId }) => findingId === id));
      own.sort((a, b) => b.durationMs - a.durationMs);
      for (const block of own.slice(0, keptStacks)) longest.add(block);
    }
    this.#blocks = this.#blocks.map((block) => (longest.has(block) ? block : withoutStacks(block)));
  }

  #report(chunk: Findings, recording: Recording): Report {
    this.#dropStacks();
    const findings = [...this.#findings.values()].map(({ finding, times, threads }): Finding => ({
      ...finding,
      ...sumOfTimes(times),
      threads: [...threads],
    }));
    const found: Findings = {
      ...chunk,
      recording: { ...chunk.recording, startedAt: this.#startedAt, samples: this.#samples },
      loop: { ...chunk.loop, stalls: chunk.loop.stalls === null ? null : [...this.#stalls] },
      findings: findings.sort((a, b) => b.totalMs - a.totalMs),
      blocks: [...this.#blocks].sort((a, b) => a.startMs - b.startMs),
    };
    const whole = this.#code.enter(found, recording);
    return proposeFor(whole, this.#provider, this.#options.root).report;
  }
}
