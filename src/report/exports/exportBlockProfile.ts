import type { Report, ReportBlock, ReportStackFrame } from '../report.ts';
import { mainThread } from '../../recording/threadNames.ts';

interface Node {
  readonly id: number;
  readonly callFrame: Readonly<Record<string, string | number>>;
  hitCount: number;
  readonly children: number[];
}

/** The blocks of a report in the form of a `.cpuprofile` file. Times in µs. */
export interface BlockProfile {
  readonly nodes: readonly Node[];
  readonly startTime: number;
  readonly endTime: number;
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

const usPerMs = 1000;

const frameOf = ({ function: functionName, file, line, column }: ReportStackFrame): Node['callFrame'] => ({
  functionName,
  scriptId: '0',
  url: file,
  lineNumber: line - 1,
  columnNumber: column - 1,
});

const named = (functionName: string): Node['callFrame'] => ({
  ...{ functionName, scriptId: '0', url: '', lineNumber: -1, columnNumber: -1 },
});

/** A call tree that grows by stacks, and the samples in it. */
class Samples {
  readonly nodes: Node[] = [];
  readonly samples: number[] = [];
  readonly timeDeltas: number[] = [];
  readonly #children = new Map<string, Node>();
  readonly #root = this.#node(named('(root)'));
  readonly #idle = this.#child(this.#root, named('(idle)'));
  #last = 0;

  /** A stretch of time with a stack, which is given from the leaf to the root. Of a stack that is not known the cause is shown. */
  add(startMs: number, stack: readonly ReportStackFrame[], cause: string): void {
    let node = this.#root;
    const frames = stack.length === 0 ? [named(cause)] : [...stack].reverse().map(frameOf);
    for (const frame of frames) node = this.#child(node, frame);
    this.#sample(node, startMs);
  }

  /** From here on nothing is known to have run. */
  idle(startMs: number): void {
    this.#sample(this.#idle, startMs);
  }

  #sample(node: Node, startMs: number): void {
    const at = Math.max(Math.round(startMs * usPerMs), this.#last);
    this.samples.push(node.id);
    this.timeDeltas.push(at - this.#last);
    this.#last = at;
    node.hitCount += 1;
  }

  #child(parent: Node, frame: Node['callFrame']): Node {
    const key = JSON.stringify([parent.id, frame]);
    const known = this.#children.get(key);
    if (known !== undefined) return known;
    const node = this.#node(frame);
    parent.children.push(node.id);
    this.#children.set(key, node);
    return node;
  }

  #node(callFrame: Node['callFrame']): Node {
    const node: Node = { id: this.nodes.length + 1, callFrame, hitCount: 0, children: [] };
    this.nodes.push(node);
    return node;
  }
}

function addBlock(samples: Samples, { startMs, durationMs, parts, stack }: ReportBlock): void {
  let at = startMs;
  for (const [index, part] of parts.entries()) {
    samples.add(at, index === 0 ? stack : (part.stack ?? []), part.cause);
    at = Math.min(at + part.ms, startMs + durationMs);
  }
  samples.idle(startMs + durationMs);
}

/**
 * The blocks of the main thread as a profile that any viewer of `.cpuprofile` files opens. A report has the stacks of blocks
 * and not those between them: that time is idle there, whatever ran in it.
 */
export function exportBlockProfile(report: Report): BlockProfile {
  const samples = new Samples();
  samples.idle(0);
  const own = report.blocks.filter(({ thread }) => thread === mainThread);
  for (const block of [...own].sort((a, b) => a.startMs - b.startMs)) addBlock(samples, block);
  const { nodes, samples: ids, timeDeltas } = samples;
  const end = timeDeltas.reduce((sum, delta) => sum + delta, 0);
  const endTime = Math.max(end, Math.round(report.recording.durationMs * usPerMs));
  return { nodes, startTime: 0, endTime, samples: ids, timeDeltas };
}
