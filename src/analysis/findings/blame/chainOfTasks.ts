import type { SiteFinder } from '../../callSite/siteFinder.ts';
import type { LiveStack, Mark } from '../../../recording/recording.ts';
import type { Block } from '../../timeline/segmentBlocks.ts';

/** After the steps that were seen the block went on for a tenth of it, or at least this long: they did not just end it. µs. */
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
  finder: SiteFinder,
  block: Block,
  marks: readonly Mark[],
  liveStacks: readonly LiveStack[],
): boolean {
  const steps = marks.filter(
    (mark) => mark.kind === 'steps' && mark.at >= block.start && mark.end <= block.end,
  );
  if (!steps.some((mark) => mark.kind === 'steps' && mark.end <= block.end - goesOnFor(block))) return false;
  const edges = [...steps.map(({ at }) => at as number).sort((a, b) => a - b), block.end];
  const least = mostOfBlock * (block.end - block.start);
  return !edges.some((to, index) => {
    const from = edges[index - 1] ?? block.start;
    return to - from > least && isOneStep(finder, block, liveStacks, { from, to });
  });
}

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
