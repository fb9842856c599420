import type { SiteFinder } from '../../callSite/siteFinder.ts';
import type { CallTree } from '../../timeline/callTree.ts';
import type { LiveStack, Mark } from '../../../recording/recording.ts';
import type { Block } from '../../timeline/segmentBlocks.ts';

/** Before and after the steps that were seen one task ran for a tenth of the block, or at least this long. µs. */
const goesOnUs = 5_000;
const goesOnFor = ({ start, end }: Block): number => Math.min(goesOnUs, 0.1 * (end - start));
/** A step that takes more of the block than this is what the block is about. */
const mostOfBlock = 0.5;
/** After so many looks into a stretch without a following step, it was one step. */
const leastLooks = 2;
/** A stretch whose samples show one native function in this share of the time was one call of it. */
const oneCall = 0.9;

/** A stretch of a block in which no quick steps were seen. Times in µs. */
interface Stretch {
  readonly from: number;
  readonly to: number;
}

/**
 * Whether ticks or microtasks, none of them long, kept the loop from turning: marks in the block say so. Not where one
 * step alone took most of it.
 */
export function isChainOfTasks(
  tree: CallTree,
  finder: SiteFinder,
  block: Block,
  marks: readonly Mark[],
  liveStacks: readonly LiveStack[],
): boolean {
  const steps = marks.filter(
    (mark) => mark.kind === 'steps' && mark.at >= block.start && mark.end <= block.end,
  );
  if (!steps.some((mark) => mark.kind === 'steps' && isBetweenTasks(tree, finder, block, mark))) return false;
  const edges = [...steps.map(({ at }) => at as number).sort((a, b) => a - b), block.end];
  const least = mostOfBlock * (block.end - block.start);
  return !edges.some((to, index) => {
    const from = edges[index - 1] ?? block.start;
    return to - from > least && isOneStep(finder, block, liveStacks, { from, to });
  });
}

/**
 * Whether one function was entered as a task on both sides of quick steps. After the only task of a block, however long it
 * was, steps of ours are quick, too, and what follows them is something else.
 */
function isBetweenTasks(
  tree: CallTree,
  finder: SiteFinder,
  block: Block,
  steps: { readonly at: number; readonly end: number },
): boolean {
  const before = new Map<string, number>();
  const after = new Map<string, number>();
  let from: number = block.start;
  for (const { node, duration } of block.slices) {
    const to = from + duration;
    const task = tree.pathToRoot(node).findLast((at) => isProgram(finder, at));
    if (task !== undefined) {
      const { url, lineNumber, columnNumber } = tree.frame(task);
      const key = `${url}:${String(lineNumber)}:${String(columnNumber)}`;
      // A sample tells what ran when it was taken: one from before the steps says nothing of the time after them.
      if (from < steps.at) before.set(key, (before.get(key) ?? 0) + Math.min(to, steps.at) - from);
      if (from >= steps.end) after.set(key, (after.get(key) ?? 0) + duration);
    }
    from = to;
  }
  const least = goesOnFor(block);
  return [...before].some(([key, time]) => time >= least && (after.get(key) ?? 0) >= least);
}

const isProgram = (finder: SiteFinder, node: number): boolean =>
  ['user', 'dependency', 'generated'].includes(finder.source(node).located.kind);

/** Whether a stretch without quick steps was one long step: nobody who looked into it saw them, or one call filled it. */
function isOneStep(
  finder: SiteFinder,
  block: Block,
  liveStacks: readonly LiveStack[],
  { from, to }: Stretch,
): boolean {
  // Steps follow a look at once: one close to the end of the stretch is that of the steps which end it.
  const looks = liveStacks.filter(({ at }) => at >= from && at < to - goesOnFor(block));
  if (looks.length >= leastLooks) return true;
  const byLeaf = new Map<number, number>();
  let at: number = block.start;
  for (const { node, duration } of block.slices) {
    const inside = Math.min(at + duration, to) - Math.max(at, from);
    at += duration;
    const kind = finder.source(node).located.kind;
    if (inside > 0 && (kind === 'native' || kind === 'node'))
      byLeaf.set(node, (byLeaf.get(node) ?? 0) + inside);
  }
  return Math.max(0, ...[...byLeaf].map(([, time]) => time)) >= oneCall * (to - from);
}
