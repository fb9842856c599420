import { microsToMillis, micros, toTenths, type Micros, type Millis } from '../base/units.ts';
import type { CallSite } from '../code/calls/callSite.ts';
import type { PathMapping } from './source/scriptPath.ts';
import { ScriptSources } from './source/scriptSources.ts';
import { SiteFinder } from './callSite/siteFinder.ts';
import { attributeBlock, type BlockEvidence } from './findings/attributeBlock.ts';
import type { Attribution } from './findings/attribution.ts';
import { groupOfBlock } from './findings/blockGroup.ts';
import { FindingTable } from './findings/findingTable.ts';
import { isCalledByPool, isPoolWorker } from './findings/poolWorker.ts';
import { relativeTo } from '../report/relativePath.ts';
import { stackOf } from './findings/stackOf.ts';
import { publicUrl } from './findings/publicUrl.ts';
import { requestIn } from './findings/requestIn.ts';
import { grainOf } from '../recording/grain.ts';
import type { Mark, Recording, ThreadRecording } from '../recording/recording.ts';
import type { Findings, FoundBlock } from '../report/finding.ts';
import type { Report } from '../report/report.ts';
import { toReport } from '../report/toReport.ts';
import type { SourceProvider } from '../code/sourceProvider.ts';
import { mainThread } from '../recording/threadNames.ts';
import { segmentBlocks, type Block, type Segmentation } from './timeline/segmentBlocks.ts';
import { timelineOf, type Timeline } from './timeline/timeline.ts';

/** How a recording is read. */
export interface AnalysisOptions {
  /** Shortest stretch that counts as a block. */
  readonly threshold: Millis;
  /** Project root: paths in the report are relative to it. Absolute. */
  readonly root: string;
  readonly mappings: readonly PathMapping[];
  /** Keep query strings and fragments of request urls. */
  readonly fullUrls: boolean;
}

/** Parts below this share of their block, and below the threshold, say nothing. */
const leastPart = 0.2;
/** From this share of the threshold on, the code is named together with the lack of CPU. */
const leastBesideStarvation = 0.4;

interface Analysed {
  readonly timeline: Timeline;
  readonly segmentation: Segmentation;
  readonly blocks: readonly FoundBlock[];
}

const milliseconds = (value: Micros): number => toTenths(microsToMillis(value));

function requestOf(block: Block, marks: readonly Mark[], options: AnalysisOptions): FoundBlock['request'] {
  const mark = requestIn(block, marks);
  // Of a request that only trace events tell of nothing is known before it ends.
  if (mark === null || (mark.method === '' && mark.url === '')) return null;
  return { method: mark.method.slice(0, 20), url: publicUrl(mark.url, options.fullUrls) };
}

/**
 * The parts worth naming: always the largest, and others if they are long or a good share. On a busy machine a block
 * takes longer, and its code is only a small share of it, but still what the block is about.
 */
function keepParts(block: Block, parts: readonly Attribution[], threshold: Millis): readonly Attribution[] {
  const least = Math.min((block.end - block.start) * leastPart, threshold * 1000);
  const code = parts[0]?.cause === 'starved' ? parts[1] : undefined;
  return parts.filter(
    (part, index) =>
      index === 0 ||
      part.duration >= least ||
      (part === code && part.duration >= threshold * 1000 * leastBesideStarvation),
  );
}

const evidenceOf = (recording: ThreadRecording, { threshold }: AnalysisOptions): BlockEvidence => ({
  liveStacks: recording.liveStacks ?? [],
  marks: recording.marks,
  cpuTimes: recording.cpuTimes ?? [],
  grain: grainOf(threshold),
});

function analyseThread(
  recording: ThreadRecording,
  origin: Micros,
  sources: ScriptSources,
  findings: FindingTable,
  options: AnalysisOptions,
): Analysed {
  const timeline = timelineOf(recording);
  const segmentation = segmentBlocks(timeline, recording, options.threshold);
  const finder = new SiteFinder(timeline.tree, sources);
  const evidence = evidenceOf(recording, options);
  const isOfPool = (block: Block, leaf: number): boolean =>
    recording.id !== mainThread && isCalledByPool(timeline.tree, leaf, block, evidence.liveStacks);
  const stack = (part: Attribution): FoundBlock['stack'] =>
    stackOf(timeline.tree, finder, part, options.root);
  const counted = isPoolWorker(recording) ? [] : segmentation.blocks;
  const blocks = counted.flatMap((block): FoundBlock | readonly FoundBlock[] => {
    const parts = keepParts(block, attributeBlock(timeline.tree, finder, block, evidence), options.threshold);
    const [first] = parts;
    if (first !== undefined && isOfPool(block, first.leaf)) return [];
    const group = groupOfBlock(timeline.tree, parts, servedBefore(block, recording.marks));
    if (group === 'startup' && recording.isRestart === true) return [];
    return {
      startMs: milliseconds(micros(block.start - origin)),
      durationMs: milliseconds(micros(block.end - block.start)),
      thread: recording.id,
      boundary: block.boundary,
      group,
      parts: parts.map((part) => {
        const findingId = findings.add(part, { thread: recording.id, group }, sources);
        const share = { findingId, cause: part.cause, ms: milliseconds(part.duration) };
        return part === first ? share : { ...share, stack: stack(part) };
      }),
      request: requestOf(block, recording.marks, options),
      stack: first === undefined ? [] : stack(first),
    };
  });
  return { timeline, segmentation, blocks };
}

const servedBefore = ({ start }: Block, marks: readonly Mark[]): boolean =>
  marks.some(({ kind, at }) => kind === 'request' && at < start);

function loopOf(recording: Recording, main: Analysed | undefined, origin: Micros): Report['loop'] {
  const measured = recording.loop;
  const utilization = measured?.utilization ?? main?.segmentation.utilization ?? null;
  return {
    utilization: utilization === null ? null : Math.round(utilization * 1000) / 1000,
    turns: measured?.turns ?? null,
    delayMs: measured?.delayMs ?? null,
    stalls:
      main?.segmentation.stalls?.map((stall) => ({
        startMs: milliseconds(micros(stall.start - origin)),
        durationMs: milliseconds(micros(stall.end - stall.start)),
        callbacks: stall.callbacks,
      })) ?? null,
  };
}

/** The start of a recording on the target's clock: that of its earliest window. */
function originOf(recording: Recording): Micros {
  const starts = recording.threads.flatMap(({ windows }) =>
    windows.slice(0, 1).map(({ startTime }) => startTime),
  );
  return micros(starts.length === 0 ? 0 : Math.min(...starts));
}

function recordingOf(
  recording: Recording,
  analysed: readonly Analysed[],
  { threshold }: AnalysisOptions,
): Report['recording'] {
  const samples = analysed.reduce((sum, { timeline }) => sum + timeline.nodes.length, 0);
  const requests = recording.threads.reduce(
    (sum, { marks }) => sum + marks.filter(({ kind }) => kind === 'request').length,
    0,
  );
  return {
    startedAt: recording.startedAt,
    durationMs: toTenths(recording.durationMs),
    samples,
    intervalMs: recording.intervalMs,
    unobservedMs: recording.unobservedMs === null ? null : toTenths(recording.unobservedMs),
    marks: recording.markKinds,
    requests: recording.requests ?? (recording.markKinds.includes('request') ? requests : null),
    routes: recording.routes ?? null,
    threads: recording.threads.map(({ id, pid, title }) =>
      title == null ? { id, pid } : { id, pid, title },
    ),
    ...(recording.notRecorded === undefined ? {} : { notRecorded: recording.notRecorded }),
    thresholdMs: threshold,
  };
}

/** What `findBlocks` finds, as a report. */
export const analyzeRecording = (
  recording: Recording,
  provider: SourceProvider,
  options: AnalysisOptions,
): Report => toReport(findBlocks(recording, provider, options));

/**
 * Reads a recording: cuts each thread's time into blocks, says which call spent each block and why, and sums up per
 * call. Pure: source text comes from `provider`. Times are in ms. Remedies are left empty.
 */
export function findBlocks(
  recording: Recording,
  provider: SourceProvider,
  options: AnalysisOptions,
): Findings {
  const origin = originOf(recording);
  const pathOf = (site: CallSite): string => relativeTo(options.root, site.path);
  const findings = new FindingTable(pathOf);
  const analysed = recording.threads.map((thread) => {
    const { scripts } = thread;
    const sources = new ScriptSources(
      provider,
      scripts,
      options.mappings,
      thread.processStartedMs ?? recording.processStartedMs,
      options.root,
    );
    return analyseThread(thread, origin, sources, findings, options);
  });
  const main = analysed[recording.threads.findIndex(({ id }) => id === mainThread)] ?? analysed[0];
  return {
    version: 1,
    target: recording.target,
    recording: recordingOf(recording, analysed, options),
    loop: loopOf(recording, main, origin),
    findings: findings.findings(),
    blocks: analysed.flatMap(({ blocks }) => blocks).sort((a, b) => a.startMs - b.startMs),
  };
}
