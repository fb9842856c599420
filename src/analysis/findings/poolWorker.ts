import type { LiveStack, ThreadRecording } from '../../recording/recording.ts';
import { mainThread } from '../../recording/threadNames.ts';
import type { CallTree } from '../timeline/callTree.ts';
import type { Block } from '../timeline/segmentBlocks.ts';

/** What only the workers of a pool run: the text of `@offloop/executor` by its own name, the others by their files. */
const workerScript =
  /^offloop-executor:worker$|[\\/]node_modules[\\/](?:piscina|tinypool|workerpool)[\\/](?:.*[\\/])?worker(?:\.min)?\.[cm]?js$/;
const poolLibrary = /[\\/]node_modules[\\/](?:piscina|tinypool|workerpool|poolifier)[\\/]/;
const nodeOwn = /^(?:node:|internal\/|$)/;

/**
 * Whether a thread is a worker of a pool, which exists to be busy: its tasks delay nobody. It is recognised by its
 * script, because a task that waited continues without the pool on its stack.
 */
export const isPoolWorker = ({ id, scripts }: Pick<ThreadRecording, 'id' | 'scripts'>): boolean =>
  id !== mainThread && scripts.some(({ url }) => workerScript.test(url));

/**
 * Whether a pool called the block of a worker thread: then the pool's library is outermost in its stack. `leaf` is a
 * node of the thread's call tree; only live stacks show functions that V8 had inlined.
 */
export function isCalledByPool(
  tree: CallTree,
  leaf: number,
  { start, end }: Pick<Block, 'start' | 'end'>,
  liveStacks: readonly LiveStack[],
): boolean {
  const sampled = tree.pathToRoot(leaf).map((node) => tree.frame(node));
  const live = liveStacks.filter(({ at }) => at >= start && at <= end).map(({ frames }) => frames);
  return [sampled, ...live].some((frames) =>
    poolLibrary.test(frames.findLast(({ url }) => !nodeOwn.test(url))?.url ?? ''),
  );
}
