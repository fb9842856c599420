import { micros } from '../../../base/units.ts';
import type { CallSite } from '../../../code/calls/callSite.ts';
import { driverIn } from '../../callSite/chainCalls.ts';
import type { SiteFinder } from '../../callSite/siteFinder.ts';
import type { CallTree } from '../../timeline/callTree.ts';
import type { Block, Slice } from '../../timeline/segmentBlocks.ts';
import type { Attribution } from '../attribution.ts';

/** Functions with less than this share of a chain's time are not what keeps it going. */
const least = 0.05;

/** A function that samples of a chain show, with its time and the functions that it called. */
interface Link {
  readonly node: number;
  readonly window: number;
  readonly entered: Map<string, number>;
  time: number;
}

/**
 * The finding of a chain of short tasks: all of the block's time, at the call that keeps the chain going. What single
 * steps do is part of the chain.
 */
export function chainOf(
  tree: CallTree,
  finder: SiteFinder,
  block: Block,
  slices: readonly Slice[],
): Attribution {
  const links = linksOf(tree, finder, slices);
  const total = block.end - block.start;
  const heaviest = links.filter(({ time }) => time >= least * total);
  const site = drivenBy(finder, heaviest) ?? drivenBy(finder, links) ?? entryOf(tree, finder, slices);
  const leaf = heaviestLeaf(slices);
  return { site, cause: 'microtask-starvation', duration: micros(total), leaf };
}

/** Functions of the project on the stacks of a chain, the outermost of each stack first, then by their time. */
function linksOf(tree: CallTree, finder: SiteFinder, slices: readonly Slice[]): readonly Link[] {
  const links = new Map<string, Link>();
  for (const { node, window, duration } of slices) {
    const path = tree.pathToRoot(node);
    path.forEach((at, index) => {
      if (finder.source(at).located.kind !== 'user') return;
      const { url, lineNumber, columnNumber, functionName } = tree.frame(at);
      const key = `${url}:${String(lineNumber)}:${String(columnNumber)}:${functionName}`;
      const link = links.get(key) ?? { node: at, window, entered: new Map<string, number>(), time: 0 };
      links.set(key, link);
      link.time += duration;
      const below = path[index - 1];
      const name = below === undefined ? '' : tree.frame(below).functionName;
      link.entered.set(name, (link.entered.get(name) ?? 0) + duration);
    });
  }
  return [...links.values()].sort((a, b) => b.time - a.time);
}

/** The driving call of the function that awaits in a loop, or schedules itself: a loop over a generator goes before it. */
function drivenBy(finder: SiteFinder, links: readonly Link[]): CallSite | null {
  const found = links.flatMap((link) => {
    const { scope, unsure } = finder.source(link.node);
    const driver = scope === undefined || unsure !== undefined ? null : driverIn(scope, [...link.entered]);
    return driver === null ? [] : [{ link, driver }];
  });
  const best = found.sort((a, b) => a.driver.rank - b.driver.rank || b.link.time - a.link.time)[0];
  return best === undefined ? null : finder.siteAt(best.link.node, best.driver.node);
}

/** The function of the project that is entered as a task most of the time; else that of a dependency. */
function entryOf(tree: CallTree, finder: SiteFinder, slices: readonly Slice[]): CallSite | null {
  const times = new Map<number, { time: number; window: number }>();
  for (const { node, window, duration } of slices) {
    const path = tree.pathToRoot(node);
    const task =
      path.findLast((at) => finder.source(at).located.kind === 'user') ??
      path.findLast((at) => finder.source(at).located.kind === 'dependency');
    if (task === undefined) continue;
    times.set(task, { time: (times.get(task)?.time ?? 0) + duration, window });
  }
  const isUser = (node: number): boolean => finder.source(node).located.kind === 'user';
  const [entry] = [...times].sort(
    ([a, x], [b, y]) => Number(isUser(b)) - Number(isUser(a)) || y.time - x.time,
  );
  return entry === undefined ? null : finder.function(entry[0], entry[1].window, false, null);
}

function heaviestLeaf(slices: readonly Slice[]): number {
  const times = new Map<number, number>();
  for (const { node, duration } of slices) times.set(node, (times.get(node) ?? 0) + duration);
  return [...times].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 0;
}
