import { micros, type Micros } from '../../base/units.ts';
import type { CallSite } from '../../code/calls/callSite.ts';
import type { LiveFrame } from '../source/nodeSources.ts';
import type { BlockingPath } from '../callSite/blockingPath.ts';
import { outsideSite } from '../callSite/outsideSite.ts';
import type { SiteFinder } from '../callSite/siteFinder.ts';
import type { CallTree } from '../timeline/callTree.ts';
import type { Attribution } from './attribution.ts';

/** JavaScript time of one call tree node within a block. */
export interface CpuTime {
  readonly node: number;
  readonly window: number;
  readonly duration: Micros;
}

/** A function of the project, and the frame that it entered. */
interface Caller {
  readonly user: number;
  readonly entered: number;
}

/** A function that holds this share of the JavaScript time below its caller is followed downwards. */
const dominant = 0.6;
/** Where no single callee dominates, each that holds this share is looked at by itself. */
const significant = 0.25;

/**
 * Finds the calls that account for the JavaScript time of a block. From the loop downwards it follows the heaviest
 * callee while that holds most of the time, and names the call through which the last one was entered.
 */
export class CpuPaths {
  readonly #tree: CallTree;
  readonly #finder: SiteFinder;
  readonly #live: readonly LiveFrame[];
  readonly #weights = new Map<number, number>();
  readonly #children = new Map<number, number[]>();
  readonly #windows = new Map<number, number>();
  readonly #heaviestLeaf = new Map<number, CpuTime>();

  constructor(tree: CallTree, finder: SiteFinder, times: readonly CpuTime[], live: readonly LiveFrame[]) {
    this.#tree = tree;
    this.#live = live;
    this.#finder = finder;
    for (const time of times) this.#add(time);
  }

  attributions(): readonly Attribution[] {
    return this.#weight(0) === 0 ? [] : this.#settle(0, []);
  }

  #add(time: CpuTime): void {
    let below = -1;
    for (let at = time.node; at >= 0; at = this.#tree.parent(at)) {
      this.#weights.set(at, this.#weight(at) + time.duration);
      this.#windows.set(at, time.window);
      const heaviest = this.#heaviestLeaf.get(at);
      if (heaviest === undefined || heaviest.duration < time.duration) this.#heaviestLeaf.set(at, time);
      if (below >= 0) this.#link(at, below);
      below = at;
    }
  }

  #link(parent: number, child: number): void {
    const children = this.#children.get(parent);
    if (children === undefined) this.#children.set(parent, [child]);
    else if (!children.includes(child)) children.push(child);
  }

  #weight(node: number): number {
    return this.#weights.get(node) ?? 0;
  }

  #window(node: number): number {
    return this.#windows.get(node) ?? 0;
  }

  /** `functions` are the user functions on the way: entering one of them again is recursion, where the descent ends. */
  #settle(from: number, functions: readonly string[]): readonly Attribution[] {
    const total = this.#weight(from);
    const seen = [...functions];
    let at = from;
    for (let next = this.#next(at, total, seen); next !== undefined; next = this.#next(at, total, seen)) {
      at = next;
      if (this.#isUser(at)) seen.push(this.#identity(at));
    }
    return this.#attribute(at, total, seen);
  }

  #next(node: number, total: number, seen: readonly string[]): number | undefined {
    const [heaviest] = this.#byWeight(node);
    if (heaviest === undefined || this.#weight(heaviest) < dominant * total) return undefined;
    // Several calls of one function that each take a good part of its time are parts of their own.
    if (!this.#isUser(heaviest)) return this.#callsBelow(node, total).length > 1 ? undefined : heaviest;
    return seen.includes(this.#identity(heaviest)) || this.#isStep(node, heaviest) ? undefined : heaviest;
  }

  /** A function called in a loop within a loop is a step of its caller's work, not a piece of work to be moved. */
  #isStep(node: number, child: number): boolean {
    return this.#isUser(node) && this.#finder.loopsAround(node, child, this.#window(child)) > 1;
  }

  #byWeight(node: number): readonly number[] {
    return [...(this.#children.get(node) ?? [])].sort((a, b) => this.#weight(b) - this.#weight(a));
  }

  #attribute(node: number, total: number, seen: readonly string[]): readonly Attribution[] {
    const caller = this.#userAbove(node);
    const site = this.#siteOf(node, caller);
    const below = this.#callsBelow(node, total);
    if (below.length > 0) return this.#divide(below, node, total, site, seen);
    const split =
      caller === null && site?.origin === 'dependency' ? this.#splitBelow(node, total, seen) : null;
    if (split !== null) return split;
    if (site !== null) return [this.#one(site, node, total)];
    const parts = this.#byWeight(node).filter(
      (child) => this.#weight(child) >= significant * total && !seen.includes(this.#identity(child)),
    );
    const isOpen = node === 0 || !this.#isUser(node);
    if (parts.length > 0 && (caller === null || !isOpen)) {
      const inParts = parts.reduce((sum, child) => sum + this.#weight(child), 0);
      const rest = total - inParts;
      const own = rest >= significant * total && !isOpen ? [this.#own(node, rest)] : [];
      return [...parts.flatMap((child) => this.#settle(child, seen)), ...own];
    }
    return [this.#own(node, total)];
  }

  /** The call through which a node was entered; null where it cannot be told. */
  #siteOf(node: number, caller: Caller | null): CallSite | null {
    if (!this.#isUser(node)) {
      const isCode = caller !== null || this.#finder.source(node).located.kind === 'dependency';
      const site = isCode ? outsideSite(this.#finder, this.#blocking(node)) : null;
      return caller === null || site?.precision !== 'function' ? site : null;
    }
    if (caller === null) return null;
    const found = this.#finder.call(caller.user, caller.entered, this.#blocking(node));
    if (found?.isContinuation === true) return this.#handedOver(caller, node);
    return found !== null && this.#reaches(found, caller.entered, node) ? found : null;
  }

  /** The call further out that handed the function of a node to the code which calls it. */
  #handedOver(caller: Caller, node: number): CallSite | null {
    for (let at = this.#userAbove(caller.user); at !== null; at = this.#userAbove(at.user)) {
      const site = this.#finder.call(at.user, at.entered, this.#blocking(node));
      if (site !== null && this.#finder.handsOver(site, node)) return site;
    }
    return null;
  }

  #blocking(node: number): BlockingPath {
    return { path: this.#tree.pathToRoot(node), window: this.#window(node), live: this.#live };
  }

  /**
   * Whether a call belongs to the function of `node`. A user function that foreign code entered only belongs to a call
   * that passed it on; `next()` of a web framework leads to any handler.
   */
  #reaches(site: CallSite, entered: number | undefined, node: number): boolean {
    return entered === node || !this.#isUser(node) || this.#finder.handsOver(site, node);
  }

  /** The foreign functions that hold most of a user function's time: its calls of them are the innermost ones to name. */
  #callsBelow(node: number, total: number): readonly number[] {
    if (!this.#isUser(node)) return [];
    const foreign = this.#byWeight(node).filter(
      (child) => !this.#isUser(child) && this.#weight(child) >= significant * total,
    );
    const share = foreign.reduce((sum, child) => sum + this.#weight(child), 0);
    const named = foreign.every((child) => this.#finder.call(node, child, this.#blocking(child)) !== null);
    return named && share >= dominant * total ? foreign : [];
  }

  #divide(
    children: readonly number[],
    node: number,
    total: number,
    site: CallSite | null,
    seen: readonly string[],
  ): readonly Attribution[] {
    const rest = total - children.reduce((sum, child) => sum + this.#weight(child), 0);
    const others = site === null ? this.#own(node, rest) : this.#one(site, node, rest);
    return [
      ...children.flatMap((child) => this.#settle(child, seen)),
      ...(rest >= significant * total ? [others] : []),
    ];
  }

  /**
   * Where a dependency spends most of its time in a few calls of its own, each is one to change; they may be one that was
   * reached in several ways. Null where they are many, or one of them cannot be told.
   */
  #splitBelow(node: number, total: number, seen: readonly string[]): readonly Attribution[] | null {
    const heavy = this.#byWeight(node).filter((child) => this.#weight(child) >= significant * total);
    const share = heavy.reduce((sum, child) => sum + this.#weight(child), 0);
    if (heavy.length < 2 || share < dominant * total) return null;
    const parts = heavy.flatMap((child) => this.#settle(child, seen));
    if (parts.some(({ site }) => site?.precision !== 'call')) return null;
    return parts.map((part) => ({ ...part, duration: micros((part.duration * total) / share) }));
  }

  /** The function itself where no call to it can be named; code outside the user's is charged to the user above it. */
  #own(node: number, duration: number): Attribution {
    const user = this.#isUser(node) ? node : (this.#userAbove(node)?.user ?? null);
    if (user === null) return this.#one(outsideSite(this.#finder, this.#blocking(node)), node, duration);
    const entered = this.#userAbove(node)?.entered ?? null;
    const site = this.#finder.function(
      user,
      this.#window(node),
      user === node,
      user === node ? null : entered,
    );
    return this.#one(site, node, duration);
  }

  #one(site: CallSite | null, node: number, duration: number): Attribution {
    const leaf = this.#heaviestLeaf.get(node)?.node ?? node;
    return { site, cause: 'cpu', duration: micros(duration), leaf };
  }

  /** The nearest user function above a node, and its child on the way down. */
  #userAbove(node: number): Caller | null {
    let entered = node;
    for (let at = this.#tree.parent(node); at > 0; at = this.#tree.parent(at)) {
      if (this.#isUser(at)) return { user: at, entered };
      entered = at;
    }
    return null;
  }

  #isUser(node: number): boolean {
    return node > 0 && this.#finder.source(node).located.kind === 'user';
  }

  #identity(node: number): string {
    const { url, lineNumber, columnNumber, functionName } = this.#tree.frame(node);
    return `${url}:${String(lineNumber)}:${String(columnNumber)}:${functionName}`;
  }
}
