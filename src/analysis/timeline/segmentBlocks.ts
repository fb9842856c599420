import { millisToMicros, micros, type Micros, type Millis } from '../../base/units.ts';
import type { Mark, Stretch } from '../../recording/recording.ts';
import { metaFrameOf } from './callTree.ts';
import type { Timeline } from './timeline.ts';

/** A stretch of one sample inside a block. `node` and `window` index the timeline's tree and windows. */
export interface Slice {
  readonly node: number;
  readonly window: number;
  readonly duration: Micros;
}

/** One run of a thread from empty stack to empty stack, as far as its ends could be told. Times in µs. */
export interface Block {
  readonly thread: string;
  readonly start: Micros;
  readonly end: Micros;
  readonly boundary: 'marks' | 'trace' | 'idle';
  readonly slices: readonly Slice[];
}

/** A busy stretch of the loop, which may hold several callbacks. Times in µs. */
export interface Stall {
  readonly start: Micros;
  readonly end: Micros;
  readonly callbacks: number;
}

/** Blocks are at least the threshold long; segments are all runs, used to count callbacks. */
export interface Segmentation {
  readonly blocks: readonly Block[];
  readonly stalls: readonly Stall[] | null;
  /** Share of the observed time in which the thread was not idle, 0 to 1; null without samples. */
  readonly utilization: number | null;
}

const ticks = 'processTicksAndRejections';

/** Functions through which Node enters JavaScript from the loop. Other root children come from incomplete stack walks. */
const entryFunctions: ReadonlySet<string> = new Set([
  'parserOnHeadersComplete',
  'parserOnMessageComplete',
  'parserOnBody',
  'parserOnExecute',
  'processTimers',
  'processImmediate',
  'callbackTrampoline',
  'emitHook',
  'observerCallback',
  'onconnection',
  'onStreamRead',
  'onWriteComplete',
  'onReadableStreamEnd',
  'afterConnect',
  'oncomplete',
  'onMessage',
  'onread',
  ticks,
]);

interface Run {
  readonly start: number;
  /** Whether marks are missing here, so that many callbacks may look like one. */
  readonly isUnmarked: boolean;
  /** Whether the thread was idle before it. */
  readonly isAfterIdle: boolean;
  readonly slices: (Slice & { readonly from: number })[];
  end: number;
  root: string | null;
}

/** A place where one callback ends and another may begin. */
interface Cut {
  readonly at: number;
  readonly kind: 'request' | 'beat' | 'entry' | 'edge';
}

/** The places where marks, or the ends of stretches without marks, cut what runs. */
const cutsOf = (marks: readonly Mark[], unmarked: readonly Stretch[]): readonly Cut[] =>
  [
    ...marks.flatMap((mark): readonly Cut[] =>
      mark.kind === 'steps' ? [] : [{ at: mark.at, kind: mark.kind }],
    ),
    ...unmarked.flatMap(({ start, end }): readonly Cut[] => [
      { at: start, kind: 'edge' },
      { at: end, kind: 'edge' },
    ]),
  ].sort((a, b) => a.at - b.at);

/** One sample of the timeline; times in µs. */
interface Sample {
  readonly node: number;
  readonly window: number;
  readonly start: number;
  readonly end: number;
}

/** Walks the timeline once and cuts it into runs: at idle, at marks, and where Node entered JavaScript again. */
class Cutter {
  readonly runs: Run[] = [];
  /** Indices into `runs` at which a new busy stretch of the loop begins. */
  readonly turnStarts: number[] = [];
  idle = 0;
  busy = 0;
  readonly #timeline: Timeline;
  readonly #cuts: readonly Cut[];
  readonly #unmarked: readonly Stretch[];
  #nextCut = 0;
  #nextUnmarked = 0;
  #run: Run | null = null;
  #wasIdle = false;
  /** Start of the last sample that showed no callback. */
  #idleFrom = Infinity;

  constructor(timeline: Timeline, marks: readonly Mark[], unmarked: readonly Stretch[]) {
    this.#timeline = timeline;
    this.#unmarked = unmarked;
    this.#cuts = cutsOf(marks, unmarked);
  }

  cut(): void {
    const { starts, ends, nodes, windows, tree } = this.#timeline;
    let previousEnd = -Infinity;
    for (let index = 0; index < nodes.length; index += 1) {
      const node = nodes[index] ?? 0;
      const start = starts[index] ?? 0;
      const end = ends[index] ?? 0;
      const meta = metaFrameOf(tree.frame(node));
      if (start - previousEnd > 1) {
        this.#run = null;
        this.#wasIdle = false;
      }
      previousEnd = end;
      if (meta === 'idle' || meta === 'root') {
        this.idle += end - start;
        this.#run = null;
        this.#wasIdle = true;
        this.#idleFrom = start;
        continue;
      }
      this.busy += end - start;
      this.#place({ node, window: windows[index] ?? 0, start, end }, index);
    }
  }

  #place({ node, window, start, end }: Sample, index: number): void {
    const root = this.#rootOf(node);
    let from = this.#run === null ? this.#calledAt(start) : start;
    while ((this.#cuts[this.#nextCut]?.at ?? Infinity) < start) this.#nextCut += 1;
    if (this.#run !== null && root !== null && this.#entersAnew(this.#run, root)) this.#run = null;
    for (
      let cut = this.#cuts[this.#nextCut];
      cut !== undefined && cut.at < end;
      cut = this.#cuts[this.#nextCut]
    ) {
      this.#nextCut += 1;
      if (cut.at > from) this.#append(node, window, from, cut.at, root);
      from = cut.at;
      this.#run = null;
      if (cut.kind === 'beat') this.turnStarts.push(this.runs.length);
    }
    if (end <= from) return;
    // What runs after a cut is what the next sample shows, not what this one showed before the cut.
    const after = from > start ? this.#codeAt(index + 1, end) : null;
    if (after === null) this.#append(node, window, from, end, root);
    else this.#append(after.node, after.window, from, end, this.#rootOf(after.node));
  }

  /** The code that the samples from an index on show, if they follow at once; a collection may come before it. */
  #codeAt(index: number, start: number): Pick<Sample, 'node' | 'window'> | null {
    const { starts, ends, nodes, windows, tree } = this.#timeline;
    let from = start;
    for (let at = index; starts[at] === from; at += 1) {
      const node = nodes[at] ?? 0;
      const meta = metaFrameOf(tree.frame(node));
      if (meta === null) return { node, window: windows[at] ?? 0 };
      if (meta !== 'gc') return null;
      from = ends[at] ?? Infinity;
    }
    return null;
  }

  /** When Node called what the first sample after idle time shows: a mark within that idle time tells. */
  #calledAt(start: number): number {
    let called = start;
    for (let next = this.#nextCut; (this.#cuts[next]?.at ?? Infinity) < start; next += 1) {
      const cut = this.#cuts[next];
      if (cut === undefined || cut.at < this.#idleFrom) continue;
      if (cut.kind === 'entry') called = cut.at;
      else if (cut.kind === 'beat') called = start;
      else if (cut.kind === 'request' && called === start) called = cut.at;
    }
    return called;
  }

  #rootOf(node: number): string | null {
    const { tree } = this.#timeline;
    if (metaFrameOf(tree.frame(node)) !== null) return null;
    const name = tree.frame(tree.rootChildren[node] ?? 0).functionName;
    return entryFunctions.has(name) ? name : null;
  }

  /** A drain of ticks after a callback belongs to the callback; any other entry begins a new one. */
  #entersAnew(run: Run, root: string): boolean {
    return run.root !== null && run.root !== root && root !== ticks;
  }

  #isUnmarked(at: number): boolean {
    while ((this.#unmarked[this.#nextUnmarked]?.end ?? Infinity) <= at) this.#nextUnmarked += 1;
    return (this.#unmarked[this.#nextUnmarked]?.start ?? Infinity) <= at;
  }

  #append(node: number, window: number, from: number, to: number, root: string | null): void {
    if (this.#run === null) {
      const previous = this.runs.at(-1);
      if (previous === undefined || from - previous.end > 1) this.turnStarts.push(this.runs.length);
      const isUnmarked = this.#isUnmarked(from);
      this.#run = { start: from, end: to, root, slices: [], isUnmarked, isAfterIdle: this.#wasIdle };
      this.runs.push(this.#run);
    }
    const run = this.#run;
    this.#wasIdle = false;
    run.slices.push({ node, window, duration: micros(to - from), from });
    run.end = to;
    if (root !== null) run.root = root;
  }
}

/** Native time outside JavaScript at the ends of a run is not part of a callback. */
function trim(timeline: Timeline, run: Run): Run | null {
  const isProgram = (slice: Slice): boolean => metaFrameOf(timeline.tree.frame(slice.node)) === 'program';
  let first = 0;
  let last = run.slices.length - 1;
  while (first <= last && isProgram(run.slices[first] as Slice)) first += 1;
  while (last >= first && isProgram(run.slices[last] as Slice)) last -= 1;
  const slices = run.slices.slice(first, last + 1);
  const head = slices[0];
  const tail = slices.at(-1);
  if (head === undefined || tail === undefined) return null;
  return { ...run, start: head.from, end: tail.from + tail.duration, slices };
}

/** Without marks, and without idle time before it, a run may be many callbacks: nothing is known of it. */
const isUncertain = ({ isUnmarked, isAfterIdle }: Run): boolean => isUnmarked && !isAfterIdle;

function stallsOf(cutter: Cutter, threshold: number): readonly Stall[] {
  const starts = [...new Set(cutter.turnStarts)].sort((a, b) => a - b);
  return starts.flatMap((first, index) => {
    const runs = cutter.runs.slice(first, starts[index + 1]);
    const head = runs[0];
    const tail = runs.at(-1);
    if (head === undefined || tail === undefined || tail.end - head.start < threshold) return [];
    if (runs.some(isUncertain)) return [];
    return [{ start: micros(head.start), end: micros(tail.end), callbacks: runs.length }];
  });
}

/** The marks of a thread and what is known of them. */
export interface MarkEvidence {
  readonly marks: readonly Mark[];
  /** They are trace events. */
  readonly traced?: boolean | undefined;
  readonly unmarked?: readonly Stretch[] | undefined;
}

/**
 * Cuts a timeline into blocks of at least `threshold`. With marks the ends of callbacks are measured; without them, and
 * where they are missing, a stretch between idle samples that Node entered once counts as one block. Stalls need beats, else
 * they are null.
 */
export function segmentBlocks(
  timeline: Timeline,
  { marks, traced = false, unmarked = [] }: MarkEvidence,
  threshold: Millis,
): Segmentation {
  const cutter = new Cutter(timeline, marks, unmarked);
  cutter.cut();
  const least = millisToMicros(threshold);
  const measured = traced ? 'trace' : 'marks';
  const blocks = cutter.runs.flatMap((whole): readonly Block[] => {
    const isLong = whole.end - whole.start >= least && !isUncertain(whole);
    const run = isLong ? trim(timeline, whole) : null;
    if (run === null || run.end - run.start < least) return [];
    const slices = run.slices.map(({ node, window, duration }) => ({ node, window, duration }));
    const boundary = marks.length === 0 || whole.isUnmarked ? 'idle' : measured;
    return [{ thread: timeline.thread, start: micros(run.start), end: micros(run.end), boundary, slices }];
  });
  const observed = cutter.idle + cutter.busy;
  return {
    blocks,
    stalls: marks.some((mark) => mark.kind === 'beat') ? stallsOf(cutter, least) : null,
    utilization: observed === 0 ? null : cutter.busy / observed,
  };
}
