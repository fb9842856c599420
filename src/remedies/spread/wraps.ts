import type { TextEdit } from '../plan.ts';

/** Text put around a part of the source; what is inside of that part may change, too. */
export interface Wrap {
  readonly path: string;
  readonly start: number;
  readonly end: number;
  readonly open: string;
  readonly close: string;
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
