import { micros } from '../../base/units.ts';
import type { SiteFinder } from '../callSite/siteFinder.ts';
import type { Mark } from '../../recording/recording.ts';
import type { CallTree } from '../timeline/callTree.ts';
import type { Block } from '../timeline/segmentBlocks.ts';
import type { Attribution } from './attribution.ts';
import type { CpuTime } from './cpuPaths.ts';

/** After the steps that were seen the block went on for at least this long: they did not just end it. µs. */
const goesOnUs = 5_000;

/** Whether ticks or microtasks, none of them long, kept the loop from turning: a mark in the block says so. */
export const isChainOfTasks = (block: Block, marks: readonly Mark[]): boolean =>
  marks.some((mark) => mark.kind === 'steps' && mark.at >= block.start && mark.end <= block.end - goesOnUs);

/** The JavaScript time of a chain, by the function of the user's that is entered as a task: each is one link. */
export function chainOf(
  tree: CallTree,
  finder: SiteFinder,
  times: readonly CpuTime[],
): readonly Attribution[] {
  return times.map(({ node, window, duration }) => {
    const path = tree.pathToRoot(node);
    const task =
      path.findLast((at) => finder.source(at).located.kind === 'user') ??
      path.findLast((at) => finder.source(at).located.kind === 'dependency');
    const site = task === undefined ? null : finder.function(task, window, false, null);
    return { site, cause: 'microtask-starvation', duration: micros(duration), leaf: node };
  });
}
