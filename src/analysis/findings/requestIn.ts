import type { Mark } from '../../recording/recording.ts';
import type { Block } from '../timeline/segmentBlocks.ts';

type RequestMark = Extract<Mark, { kind: 'request' }>;

/**
 * A block that was cut by samples begins at the first of them, up to two intervals (10 ms) after the request that
 * opened it. In us.
 */
const beforeFirstSample = 10_000;
/** A request this long after the start still opened the block: the callback had to parse it first. In us. */
const parsing = 2000;

/**
 * The request that a block served: the last one that arrived as the block began, in the same turn of the loop; else the
 * first that arrived while it ran. `marks` are in order of time. Null when there is none.
 */
export function requestIn(block: Pick<Block, 'start' | 'end'>, marks: readonly Mark[]): RequestMark | null {
  let opening: RequestMark | null = null;
  /** What arrived before this has been served. */
  let served = block.start - beforeFirstSample;
  for (const mark of marks) {
    if (mark.at >= block.end) break;
    if (mark.kind !== 'request') {
      if (mark.kind !== 'steps' && mark.at <= block.start) served = Math.max(served, mark.at);
      if (opening !== null && opening.at < served) opening = null;
    } else if (mark.at > block.start + parsing) return opening ?? mark;
    else if (mark.at >= served) opening = mark;
  }
  return opening;
}
