import type { CallFrame, CpuProfile } from '../../recording/recording.ts';

/** V8's entries that stand for no function: the loop waiting, native code outside JavaScript, and the collector. */
export type MetaFrame = 'root' | 'idle' | 'program' | 'gc';

const metaFrames: Readonly<Record<string, MetaFrame>> = {
  '(root)': 'root',
  '(idle)': 'idle',
  '(program)': 'program',
  '(garbage collector)': 'gc',
};

/** Which of V8's entries without a function a call frame is; null for a real function. */
export const metaFrameOf = (frame: CallFrame): MetaFrame | null =>
  frame.url === '' ? (metaFrames[frame.functionName] ?? null) : null;

/** Several profiles of one thread as one call tree. Node 0 is the root; a parent's index is below its children's. */
export class CallTree {
  readonly frames: CallFrame[] = [];
  /** node index -> node index; the root's own is -1. */
  readonly parents: number[] = [];
  /** node index -> index of the ancestor right under the root; 0 for the root. */
  readonly rootChildren: number[] = [];
  /** node index -> window index -> V8's ticks per 1-based line. */
  readonly ticks: Map<number, CpuProfile['nodes'][number]['positionTicks']>[] = [];
  /** node index -> the indices of its children. */
  readonly children: number[][] = [];
  /** node index -> in how many samples it is the leaf. */
  readonly hits: number[] = [];
  readonly #index = new Map<string, number>();

  constructor() {
    this.#add(-1, { functionName: '(root)', scriptId: '0', url: '', lineNumber: -1, columnNumber: -1 });
  }

  frame(node: number): CallFrame {
    const frame = this.frames[node];
    if (frame === undefined) throw new RangeError(`No node ${String(node)} in the call tree`);
    return frame;
  }

  parent(node: number): number {
    return this.parents[node] ?? -1;
  }

  /** Node indices from a leaf up to, not including, the root. */
  pathToRoot(node: number): readonly number[] {
    const path: number[] = [];
    for (let at = node; at > 0; at = this.parent(at)) path.push(at);
    return path;
  }

  /** The child of a node that is the leaf of most samples, of those that `matches` picks; null without any. */
  heaviestChild(node: number, matches: (frame: CallFrame) => boolean): number | null {
    let heaviest: number | null = null;
    let most = -1;
    for (const child of this.children[node] ?? []) {
      if (!matches(this.frame(child))) continue;
      const weight = this.hits[child] ?? 0;
      if (weight > most) [heaviest, most] = [child, weight];
    }
    return heaviest;
  }

  /** Merges one window in; answers with V8's node id -> node index. */
  add(profile: CpuProfile, window: number): ReadonlyMap<number, number> {
    const childIds = new Set(profile.nodes.flatMap((node) => node.children));
    const byId = new Map(profile.nodes.map((node) => [node.id, node]));
    const hits = new Map<number, number>();
    for (const id of profile.samples) hits.set(id, (hits.get(id) ?? 0) + 1);
    const indexOf = new Map<number, number>();
    const open = profile.nodes
      .filter((node) => !childIds.has(node.id))
      .map((node) => ({ node, parent: metaFrameOf(node.callFrame) === 'root' ? -1 : 0 }));
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const { node, parent } = next;
      const index = parent === -1 ? 0 : this.#intern(parent, node.callFrame);
      indexOf.set(node.id, index);
      this.hits[index] = (this.hits[index] ?? 0) + (hits.get(node.id) ?? 0);
      if (node.positionTicks.length > 0) this.ticks[index]?.set(window, node.positionTicks);
      for (const id of node.children) {
        const child = byId.get(id);
        if (child !== undefined) open.push({ node: child, parent: index });
      }
    }
    return indexOf;
  }

  /** The child of a node with this call frame, added when it is not there; a new one gets the ticks of `like`. */
  extend(parent: number, frame: CallFrame, like: number | null = null): number {
    const count = this.frames.length;
    const index = this.#intern(parent, frame);
    const ticks = like === null ? undefined : this.ticks[like];
    if (index === count && ticks !== undefined) this.ticks[index] = ticks;
    return index;
  }

  #intern(parent: number, frame: CallFrame): number {
    const key = `${String(parent)}|${frame.scriptId}|${String(frame.lineNumber)}:${String(frame.columnNumber)}|${frame.functionName}|${frame.url}`;
    const known = this.#index.get(key);
    if (known !== undefined) return known;
    const index = this.#add(parent, frame);
    this.#index.set(key, index);
    return index;
  }

  #add(parent: number, frame: CallFrame): number {
    const index = this.frames.length;
    this.frames.push(frame);
    this.parents.push(parent);
    this.rootChildren.push(parent <= 0 ? index : (this.rootChildren[parent] ?? 0));
    this.ticks.push(new Map());
    this.children.push([]);
    this.hits.push(0);
    if (parent >= 0) this.children[parent]?.push(index);
    return index;
  }
}
