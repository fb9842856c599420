/**
 * What must not reach a terminal raw: control characters (they move the cursor or change its state), characters that
 * reverse the reading direction, and separators that break a line.
 */
const unprintable = /[\p{Cc}\p{Zl}\p{Zp}\u061C\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF\p{Cs}]/gu;
/** East Asian wide and fullwidth characters and pictographs, which take two columns. */
const wide =
  /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]|\p{Emoji_Presentation}/u;
const combining = /\p{M}/u;

const escaped = (character: string): string => {
  const code = character.codePointAt(0) ?? 0;
  return code < 0x100
    ? `\\x${code.toString(16).padStart(2, '0')}`
    : `\\u${code.toString(16).padStart(4, '0')}`;
};

/** Text of unknown origin in a form that shows its control characters instead of obeying them. */
export const printable = (text: string): string => text.replace(unprintable, escaped);

/** How many columns one character (a code point) takes. */
export function columnsOf(character: string): number {
  if (combining.test(character)) return 0;
  return wide.test(character) ? 2 : 1;
}

/** How many columns printable text without colours takes. */
export function widthOf(text: string): number {
  let columns = 0;
  for (const character of text) columns += columnsOf(character);
  return columns;
}

/** As many characters as fit into a number of columns. */
export function takeColumns(text: string, columns: number): string {
  let taken = '';
  let used = 0;
  for (const character of text) {
    used += columnsOf(character);
    if (used > columns) break;
    taken += character;
  }
  return taken;
}

/** Text cut to a number of columns, with an ellipsis where something is missing. */
export function fit(text: string, columns: number): string {
  return widthOf(text) <= columns ? text : `${takeColumns(text, Math.max(columns - 1, 0))}…`;
}

/** Text cut to a number of columns at its start: what tells paths apart is at their end. */
export function fitEnd(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  let rest = text;
  while (rest !== '' && widthOf(rest) > columns - 1) rest = rest.slice([...rest][0]?.length ?? 1);
  return `…${rest}`;
}

/** Text padded with spaces at its end. */
export const padEnd = (text: string, columns: number): string =>
  text + ' '.repeat(Math.max(columns - widthOf(text), 0));

/** Text padded with spaces at its start. */
export const padStart = (text: string, columns: number): string =>
  ' '.repeat(Math.max(columns - widthOf(text), 0)) + text;

/** Text broken into pieces of at most so many columns, behind a space where one is in the second half of the piece. */
export function chop(text: string, columns: number): readonly string[] {
  const pieces: string[] = [];
  let rest = text;
  while (widthOf(rest) > columns) {
    const most = takeColumns(rest, Math.max(columns, 2));
    const space = most.lastIndexOf(' ') + 1;
    const piece = space > most.length / 2 ? most.slice(0, space) : most;
    pieces.push(piece);
    rest = rest.slice(piece.length);
  }
  return [...pieces, rest];
}

/** A sentence broken at its spaces into lines of at most so many columns; longer words are broken too. */
export function wrap(text: string, columns: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').flatMap((each) => chop(each, columns))) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (widthOf(longer) <= columns) line = longer;
    else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line];
}

/** The width of each column of a table: that of its widest cell, and at least `least`. */
export function columnWidths(rows: readonly (readonly string[])[], least: number): readonly number[] {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  return Array.from({ length: columns }, (_, column) =>
    Math.max(least, ...rows.map((row) => widthOf(row[column] ?? ''))),
  );
}
