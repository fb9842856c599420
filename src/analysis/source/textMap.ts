import { diffArrays } from 'diff';
import type { Position, Range } from '../../base/position.ts';

/** Where a range of a recorded text is in the text as it is now. `edited`: the code itself was changed. */
export interface MappedRange {
  readonly range: Range;
  readonly edited: boolean;
}

/** With more changed lines than this, the text was rewritten, and looking for old lines is pointless. */
const mostChangedLines = 2_000;
/** Nor is it when finding out takes longer than this, ms. */
const longestMs = 500;

/** A run of lines that was replaced: `from` lines at `at` of the old text by `to` lines at `newAt` of the new text. */
interface Hunk {
  readonly at: number;
  readonly from: number;
  readonly newAt: number;
  readonly to: number;
}

/** Old text and new text as lines, and what changed between them; made once per text, asked for each finding. */
export class TextMap {
  readonly #before: readonly string[];
  readonly #after: readonly string[];
  readonly #hunks: readonly Hunk[] | null;

  /** `blanked`: the old text has blanks in place of the new text's types, as Node strips them. */
  constructor(before: string, after: string, blanked = false) {
    this.#before = before.split(/\r?\n/);
    this.#after = after.split(/\r?\n/);
    this.#hunks = before === after ? [] : hunksOf(this.#before, this.#after, blanked ? isBlanked : isSame);
  }

  /** Maps a zero-based range; null when its lines are gone. */
  map(range: Range): MappedRange | null {
    if (this.#hunks === null) return null;
    const start = this.#line(range.start.line);
    const end = this.#line(range.end.line);
    if (start === null || end === null || end.line < start.line) return null;
    const isKept = start.kept && end.kept && end.line - start.line === range.end.line - range.start.line;
    if (isKept) return { range: moved(range, start.line), edited: false };
    if (range.start.line === range.end.line) return this.#withinLine(range, start.line);
    return { range: this.#wholeLine(start.line), edited: true };
  }

  /** Where a line went: the same line elsewhere, or its counterpart in a replaced run. */
  #line(line: number): { readonly line: number; readonly kept: boolean } | null {
    let shift = 0;
    for (const hunk of this.#hunks ?? []) {
      if (line < hunk.at) break;
      if (line < hunk.at + hunk.from) {
        const counterpart = this.#counterpart(line, hunk);
        return counterpart === null ? null : { line: counterpart, kept: false };
      }
      shift = hunk.newAt + hunk.to - (hunk.at + hunk.from);
    }
    return { line: line + shift, kept: true };
  }

  /** The line of a hunk's new text that an old line became: the one most like it. */
  #counterpart(line: number, hunk: Hunk): number | null {
    const old = (this.#before[line] ?? '').trim();
    let best: number | null = null;
    let bestScore = 0;
    for (let candidate = hunk.newAt; candidate < hunk.newAt + hunk.to; candidate += 1) {
      const score = likeness(old, (this.#after[candidate] ?? '').trim());
      if (score > bestScore) [best, bestScore] = [candidate, score];
    }
    return bestScore >= leastLikeness ? best : null;
  }

  #withinLine({ start, end }: Range, line: number): MappedRange {
    const before = this.#before[start.line] ?? '';
    const after = this.#after[line] ?? '';
    const prefix = commonPrefix(before, after);
    const suffix = commonSuffix(before, after, prefix);
    if (end.column <= prefix) return { range: moved({ start, end }, line), edited: false };
    if (start.column >= before.length - suffix) {
      const by = after.length - before.length;
      const shifted = (column: number): Position => ({ line, column: column + by });
      return { range: { start: shifted(start.column), end: shifted(end.column) }, edited: false };
    }
    return { range: this.#wholeLine(line), edited: true };
  }

  #wholeLine(line: number): Range {
    const text = this.#after[line] ?? '';
    const first = text.length - text.trimStart().length;
    return { start: { line, column: first }, end: { line, column: text.trimEnd().length } };
  }
}

const moved = ({ start, end }: Range, line: number): Range => ({
  start: { line, column: start.column },
  end: { line: line + end.line - start.line, column: end.column },
});

/** Share of a line that must have stayed for another line to count as what became of it. */
const leastLikeness = 0.4;

/** Lines with more words than this are not compared word by word: minified code. */
const mostWords = 400;

/** How much of the longer line the two have in common in the same order, 0 to 1; a brace is like nothing. */
function likeness(before: string, after: string): number {
  const longer = Math.max(before.length, after.length);
  if (longer < 3) return 0;
  const prefix = commonPrefix(before, after);
  const atEnds = prefix + commonSuffix(before, after, prefix);
  return Math.max(atEnds, commonWords(before, after)) / longer;
}

/** Characters of the words and signs that both lines have in the same order: a call that a fix wraps changes at both its ends. */
function commonWords(before: string, after: string): number {
  const [old, now] = [wordsOf(before), wordsOf(after)];
  if (old.length > mostWords || now.length > mostWords) return 0;
  return diffArrays(old, now)
    .filter(({ added, removed }) => !added && !removed)
    .reduce((sum, { value }) => sum + value.join('').length, 0);
}

const wordsOf = (line: string): string[] => line.match(/\w+|\s+|[^\w\s]/g) ?? [];

function commonPrefix(a: string, b: string): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length += 1;
  return length;
}

function commonSuffix(a: string, b: string, prefix: number): number {
  const most = Math.min(a.length, b.length) - prefix;
  let length = 0;
  while (length < most && a[a.length - 1 - length] === b[b.length - 1 - length]) length += 1;
  return length;
}

type Comparator = (before: string, after: string) => boolean;

const isSame: Comparator = (before, after) => before === after;

function isBlanked(before: string, after: string): boolean {
  if (before.length !== after.length) return false;
  for (let at = 0; at < before.length; at += 1)
    if (before[at] !== after[at] && before[at] !== ' ') return false;
  return true;
}

function hunksOf(
  before: readonly string[],
  after: readonly string[],
  comparator: Comparator,
): readonly Hunk[] | null {
  const changes = diffArrays([...before], [...after], {
    maxEditLength: mostChangedLines,
    timeout: longestMs,
    comparator,
  });
  // The library gives up on texts that have hardly anything in common.
  if (changes === undefined) return null;
  const hunks: Hunk[] = [];
  let at = 0;
  let newAt = 0;
  let open: { at: number; from: number; newAt: number; to: number } | null = null;
  for (const { added, removed, value } of changes) {
    if (!added && !removed) {
      if (open !== null) hunks.push(open);
      open = null;
      at += value.length;
      newAt += value.length;
      continue;
    }
    open ??= { at, from: 0, newAt, to: 0 };
    if (removed) {
      open.from += value.length;
      at += value.length;
    } else {
      open.to += value.length;
      newAt += value.length;
    }
  }
  if (open !== null) hunks.push(open);
  return hunks;
}
