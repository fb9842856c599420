import type { TextEdit } from '../plan.ts';

/**
 * Applies the edits of one file to its text. Edits must be sorted by start and must not overlap; their `path` is not
 * looked at.
 * @throws RangeError when they overlap or lie outside the text
 */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  let result = '';
  let at = 0;
  for (const edit of edits) {
    if (edit.start < at || edit.end < edit.start || edit.end > text.length) {
      throw new RangeError(
        `Edit ${String(edit.start)}-${String(edit.end)} overlaps another one or leaves the text`,
      );
    }
    result += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return result + text.slice(at);
}

/**
 * Sorts edits and joins those that touch at one place, in the order they were given, so that each offset is edited once.
 * @throws RangeError when two replacements overlap
 */
export function joinEdits(edits: readonly TextEdit[]): readonly TextEdit[] {
  const changing = edits.filter(({ start, end, text }) => start !== end || text !== '');
  const sorted = changing.sort((a, b) => compareText(a.path, b.path) || a.start - b.start || a.end - b.end);
  const joined: TextEdit[] = [];
  let isDeletion = false; // whether the last of `joined` began as one
  for (const edit of sorted) {
    const last = joined.at(-1);
    if (last?.path !== edit.path || last.end < edit.start) {
      joined.push(edit);
      isDeletion = edit.text === '';
    } else if (last.end === edit.start) {
      joined[joined.length - 1] = { ...last, end: edit.end, text: last.text + edit.text };
    } else if (isDeletion && edit.start === edit.end) {
      joined[joined.length - 1] = { ...last, text: last.text + onOwnLine(edit.text) };
    } else {
      throw new RangeError(`Edits overlap at offset ${String(edit.start)} of ${edit.path}`);
    }
  }
  return joined;
}

/** A line put below a statement that goes away takes its place: the line break moves from its front to its end. */
const onOwnLine = (text: string): string => text.replace(/^(\r?\n)([^]*)$/, '$2$1');

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
