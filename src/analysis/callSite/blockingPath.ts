import type { LiveFrame } from '../source/nodeSources.ts';

/** A stack in the call tree from the leaf up, in one window, and what live stacks of the same block show. */
export interface BlockingPath {
  readonly path: readonly number[];
  readonly window: number;
  readonly live: readonly LiveFrame[];
}
