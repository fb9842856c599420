import type { LiveFrame } from '../source/nodeSources.ts';
import type { SiteFinder } from '../callSite/siteFinder.ts';
import { isSameFunction, urlOfLive } from '../callSite/sameFunction.ts';
import type { LiveStack } from '../../recording/recording.ts';
import type { CallTree } from '../timeline/callTree.ts';
import type { Block, Slice } from '../timeline/segmentBlocks.ts';

/** So many live stacks, nearest first, are tried for one sample. */
const triedStacks = 4;

/**
 * V8 omits from samples the functions that it had inlined before the profile began. A live stack of the same block is
 * complete: if a sampled stack is such a stack with gaps, the missing functions of the user are put back. One for each
 * block.
 */
export class StackCompleter {
  readonly #tree: CallTree;
  readonly #finder: SiteFinder;
  /** What the samples of the block show, as "node|function|url" of the child. */
  readonly #seen = new Set<string>();
  readonly #known = new Map<LiveStack, Map<number, number | null>>();

  constructor(tree: CallTree, finder: SiteFinder) {
    this.#tree = tree;
    this.#finder = finder;
  }

  /** The slices of a block with completed stacks. `slices` are the block's, in order. */
  complete(block: Block, slices: readonly Slice[], liveStacks: readonly LiveStack[]): readonly Slice[] {
    if (liveStacks.length === 0) return slices;
    for (const slice of slices) this.#note(slice.node);
    let at: number = block.start;
    return slices.map((slice) => {
      const middle = at + slice.duration / 2;
      at += slice.duration;
      const near = [...liveStacks]
        .sort((a, b) => Math.abs(a.at - middle) - Math.abs(b.at - middle))
        .slice(0, triedStacks);
      for (const live of near) {
        const node = this.#completed(slice.node, live);
        if (node !== null) return { ...slice, node };
      }
      return slice;
    });
  }

  /** The node with the missing functions put in; null when the live stack is of something else. */
  #completed(node: number, live: LiveStack): number | null {
    const known = this.#known.get(live) ?? new Map<number, number | null>();
    this.#known.set(live, known);
    const before = known.get(node);
    if (before !== undefined) return before;
    const completed = this.#merge([...this.#tree.pathToRoot(node)].reverse(), this.#settledFrames(live));
    known.set(node, completed);
    return completed;
  }

  /** The frames from the root down, without a function that was only just entered. */
  #settledFrames({ frames }: LiveStack): readonly LiveFrame[] {
    const [leaf, ...callers] = frames;
    const isSettled = leaf === undefined || !this.#finder.isJustEntered(leaf);
    return [...(isSettled ? frames : callers)].reverse();
  }

  /** Both from the root down. */
  #merge(sampled: readonly number[], live: readonly LiveFrame[]): number | null {
    let next = 0;
    let parent = 0;
    let sampledParent = 0;
    let trailing = sampled.length;
    while (trailing > 0 && this.#isNative(sampled[trailing - 1] ?? 0)) trailing -= 1;
    if (trailing === 0) return null;
    for (const [index, node] of sampled.entries()) {
      if (index === trailing) parent = this.#insert(parent, sampledParent, live.slice(next));
      if (!this.#isNative(node)) {
        const found = live.findIndex(
          (frame, at) => at >= next && isSameFunction(this.#tree.frame(node), frame),
        );
        if (found === -1) return null;
        if (next > 0) parent = this.#insert(parent, sampledParent, live.slice(next, found));
        next = found + 1;
      }
      const like = this.#tree.frame(node);
      parent = parent === sampledParent ? node : this.#tree.extend(parent, like, node);
      sampledParent = node;
    }
    return trailing === sampled.length ? this.#insert(parent, sampledParent, live.slice(next)) : parent;
  }

  /** Puts the user's functions that lead on from `parent` below it, unless the block's samples show them there. */
  #insert(parent: number, sampledParent: number, missing: readonly LiveFrame[]): number {
    let at = parent;
    for (const frame of missing) {
      if (this.#finder.kindOfLive(frame) !== 'user') continue;
      if (this.#seen.has(`${String(sampledParent)}|${frame.functionName}|${urlOfLive(frame.url)}`)) return at;
      at = this.#finder.adopt(at, frame);
    }
    return at;
  }

  #note(node: number): void {
    for (let at = node; at > 0; at = this.#tree.parent(at)) {
      const { functionName, url } = this.#tree.frame(at);
      this.#seen.add(`${String(this.#tree.parent(at))}|${functionName}|${url}`);
    }
  }

  #isNative(node: number): boolean {
    return this.#tree.frame(node).url === '';
  }
}
