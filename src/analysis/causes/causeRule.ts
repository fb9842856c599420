import type { Cause } from '../../report/cause.ts';
import type { FrameKind } from '../source/frameKind.ts';
import type { CallFrame } from '../../recording/recording.ts';

/** One frame as the cause rules see it. */
export interface CauseFrame {
  readonly frame: CallFrame;
  readonly kind: FrameKind;
}

/**
 * The stretch of a stack that decides a cause: from the leaf up to, not including, the innermost user frame, then that
 * frame. `below` is empty when the user's own function was running.
 */
export interface CausePath {
  readonly below: readonly CauseFrame[];
  readonly caller: CauseFrame | undefined;
}

/** How a cause is recognised. `causeRules` has the rules in order: the first that applies decides. */
export interface CauseRule {
  readonly cause: Cause;
  /** It waits without using the CPU: then its time does not say that the process was held off the CPU. */
  readonly waits?: true;
  applies(path: CausePath): boolean;
}

/** Whether any frame below the user's runs in one of Node's own scripts that match. */
export const inNodeScript = (path: CausePath, url: RegExp): boolean =>
  path.below.some(({ frame, kind }) => kind === 'node' && url.test(frame.url));

/** The name of the dependency a frame belongs to: `better-sqlite3`, `@scope/name`; null for other code. */
export function packageOf(frame: CallFrame): string | null {
  const tail = frame.url.split(/[\\/]node_modules[\\/]/).at(-1);
  if (tail === undefined || tail === frame.url) return null;
  const [scope = '', name = ''] = tail.split(/[\\/]/);
  return scope.startsWith('@') ? `${scope}/${name}` : scope;
}

/** The nearest frame above the leaf that is not native code: who called the native function. */
export const callerOfNative = (path: CausePath): CauseFrame | undefined =>
  path.below.find(({ kind }) => kind !== 'native') ?? path.caller;

/** The native function at the leaf, or undefined when the leaf is JavaScript. */
export const nativeLeaf = (path: CausePath): CallFrame | undefined =>
  path.below[0]?.kind === 'native' ? path.below[0].frame : undefined;
