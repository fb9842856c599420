import { micros, type Micros } from '../../base/units.ts';
import type { CpuProfile, ThreadRecording } from '../../recording/recording.ts';
import { CallTree, metaFrameOf } from './callTree.ts';

/** The samples of one thread in order of time. All arrays share the sample index. Times in µs on the target's clock. */
export interface Timeline {
  readonly thread: string;
  readonly tree: CallTree;
  /** sample index -> when the sample's interval begins. */
  readonly starts: Float64Array;
  /** sample index -> when it ends; the next sample's begin, except before a hole between windows. */
  readonly ends: Float64Array;
  /** sample index -> node index of the call tree. */
  readonly nodes: Uint32Array;
  /** sample index -> window index. */
  readonly windows: Uint16Array;
  readonly start: Micros;
  readonly end: Micros;
}

/** A gap this many times the usual interval belongs to the later sample when that one came out of native code. */
const longGap = 2.5;
/** Between two windows nothing is sampled for a moment: so many intervals are bridged, for a block may lie across. */
const bridged = 4;

interface Sample {
  readonly at: number;
  readonly node: number;
}

/** V8 hands out samples with an occasional negative delta: order them by time. */
function samplesOf(profile: CpuProfile, indexOf: ReadonlyMap<number, number>): readonly Sample[] {
  let at: number = profile.startTime;
  const samples = profile.samples.map((id, index) => {
    at += profile.timeDeltas[index] ?? 0;
    return { at, node: indexOf.get(id) ?? 0 };
  });
  return samples.sort((a, b) => a.at - b.at);
}

function medianInterval(profile: CpuProfile): number {
  const sorted = Float64Array.from(profile.timeDeltas.filter((delta) => delta > 0)).sort();
  return sorted[sorted.length >> 1] ?? 1000;
}

/**
 * A system call that cannot be interrupted swallows the sampler's signal until it returns, so the sample after a long
 * gap shows who spent it. That holds only for native code below JavaScript; otherwise the earlier sample keeps the gap.
 */
function gapIsLaters(tree: CallTree, later: number): boolean {
  const frame = tree.frame(later);
  return metaFrameOf(frame) === null && (frame.url === '' || frame.url.startsWith('node:'));
}

interface Columns {
  readonly starts: number[];
  readonly ends: number[];
  readonly nodes: number[];
  readonly windows: number[];
}

function appendWindow(
  columns: Columns,
  tree: CallTree,
  profile: CpuProfile,
  window: number,
  until: number,
): void {
  const samples = samplesOf(profile, tree.add(profile, window));
  const interval = medianInterval(profile);
  const gap = longGap * interval;
  bridge(columns, samples[0]?.at ?? Infinity, bridged * interval);
  const from = columns.ends.at(-1) ?? -Infinity;
  for (let index = 0; index < samples.length; index += 1) {
    const sample = samples[index];
    if (sample === undefined || sample.at >= until) break;
    const next = samples[index + 1];
    const end = Math.min(next?.at ?? profile.endTime, until);
    const start = Math.max(sample.at, from);
    if (end <= start) continue;
    const late = next !== undefined && end - start > gap && gapIsLaters(tree, next.node);
    columns.starts.push(start);
    columns.ends.push(end);
    columns.nodes.push(late ? next.node : sample.node);
    columns.windows.push(window);
  }
}

/** Draws the last sample out to the first of the next window when the hole between is small. */
function bridge({ ends }: Columns, next: number, longest: number): void {
  const last = ends.at(-1);
  if (last !== undefined && next > last && next - last <= longest) ends[ends.length - 1] = next;
}

/** Joins the overlapping windows of one thread into one timeline; each moment is taken from one window only. */
export function timelineOf(recording: ThreadRecording): Timeline {
  const tree = new CallTree();
  const columns: Columns = { starts: [], ends: [], nodes: [], windows: [] };
  recording.windows.forEach((profile, window) => {
    const following = recording.windows[window + 1];
    const firstDelta = following?.timeDeltas[0] ?? 0;
    const until = following === undefined ? Infinity : following.startTime + firstDelta;
    appendWindow(columns, tree, profile, window, until);
  });
  return {
    thread: recording.id,
    tree,
    starts: Float64Array.from(columns.starts),
    ends: Float64Array.from(columns.ends),
    nodes: Uint32Array.from(columns.nodes),
    windows: Uint16Array.from(columns.windows),
    start: micros(recording.windows[0]?.startTime ?? 0),
    end: micros(recording.windows.at(-1)?.endTime ?? 0),
  };
}
