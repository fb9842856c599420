import type { Wrapping } from '../edits/awaitEdit.ts';
import type { TextEdit } from '../plan.ts';
import type { Collecting } from './callbacks/arrayCallback.ts';

/** Text put around a part of the source; what is inside of that part may change, too. */
export interface Wrap {
  readonly path: string;
  readonly start: number;
  readonly end: number;
  readonly open: string;
  readonly close: string;
}

/** What stands around a call that waits: `await`, or the form that a method takes that waits for its callbacks. */
export function collectedIn(
  { before, after }: Wrapping,
  collecting: Collecting | null,
): Pick<Wrap, 'open' | 'close'> {
  if (collecting === null) return { open: before, close: after };
  const { open, close } = collecting;
  return open.startsWith('await ')
    ? { open: before + open.slice('await '.length), close: close + after }
    : { open: (before.startsWith(';') ? ';' : '') + open, close };
}

/** Where several begin at one place, the outer one comes first. */
export const opened = (wraps: readonly Wrap[]): readonly TextEdit[] =>
  [...wraps]
    .reverse()
    .sort((a, b) => b.end - a.end)
    .map(({ path, start, open }) => ({ path, start, end: start, text: open }));

/** Where several end at one place, the inner one comes first. */
export const closed = (wraps: readonly Wrap[]): readonly TextEdit[] =>
  [...wraps]
    .sort((a, b) => b.start - a.start)
    .map(({ path, end, close }) => ({ path, start: end, end, text: close }));

/** Whether an edit lies within the text that another one replaces. */
export const isInside = (inner: TextEdit, outer: TextEdit): boolean =>
  inner.path === outer.path && outer.start < inner.start && inner.start < outer.end;
