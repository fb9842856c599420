import type { UnsurePlace } from '../../report/report.ts';
import type { Range } from '../../base/position.ts';

/** A place in source text that blocks, as far as it could be proven. `range` is zero-based. */
export interface CallSite {
  readonly path: string;
  /** Title of the function around the call; its path of enclosing functions keeps an id stable. */
  readonly functionTitle: string;
  readonly scopePath: string;
  readonly callee: string | null;
  /** Position among equal callees in the same function, from 0. */
  readonly ordinal: number;
  readonly range: Range;
  readonly precision: 'call' | 'line' | 'function';
  readonly origin: 'user' | 'dependency' | 'node';
  readonly place?: UnsurePlace;
  /** Of a dependency: whose code it is. */
  readonly package?: { readonly name: string; readonly version: string | null };
  /** The call is not on the stack: it waits for what blocks. */
  readonly awaited?: boolean;
  /** It goes on with something that was handed in from outside, as `next()` does, or tells listeners of other packages. */
  readonly isContinuation?: boolean;
  /**
   * Of a scan: calls that lead to it from a handler or an async function. Of a block: calls further in that only go on with
   * what was handed to them. The outermost first; zero-based lines.
   */
  readonly via?: readonly { readonly path: string; readonly line: number; readonly callee: string }[];
}
