import type { ReportCallSite } from '../../report/report.ts';
import type { Ink } from '../ink.ts';
import { fit, padStart, printable, takeColumns, widthOf } from '../text.ts';

/** Lines of code before and after the call. */
const around = 1;
const leastMark = 1;

const shown = (code: string): string => printable(code.replaceAll('\t', '  '));

interface Marked {
  readonly before: string;
  readonly marked: string;
  readonly after: string;
}

/** Splits the call's first line at the call. A call of several lines is marked to the end of its first. */
function split(line: string, site: ReportCallSite): Marked {
  const start = site.column - 1;
  const end =
    site.endLine > site.line ? line.trimEnd().length : Math.max(site.endColumn - 1, start + leastMark);
  return {
    before: shown(line.slice(0, start)),
    marked: shown(line.slice(start, end)),
    after: shown(line.slice(end)),
  };
}

/** Drops code from the left where the call would begin beyond the middle of the line. */
function shift({ before, marked, after }: Marked, columns: number): Marked {
  const excess = widthOf(before) + Math.min(widthOf(marked), Math.ceil(columns / 2)) - columns + 1;
  if (excess <= 0) return { before, marked, after };
  const dropped = takeColumns(before, excess + 1);
  return { before: `…${before.slice(dropped.length)}`, marked, after };
}

/** The code around a call with line numbers and a mark below it; empty where the text does not reach that far. */
export function renderExcerpt(
  text: string,
  site: ReportCallSite,
  ink: Ink,
  columns: number,
): readonly string[] {
  const lines = text.split(/\r\n|\n|\r/);
  if (lines[site.line - 1] === undefined) return [];
  const first = Math.max(site.line - around, 1);
  const last = Math.min(site.line + around, lines.length);
  const gutter = String(last).length;
  const room = Math.max(columns - gutter - 5, 8);
  const rendered: string[] = [];
  for (let number = first; number <= last; number++) {
    const line = lines[number - 1] ?? '';
    const label = padStart(String(number), gutter);
    if (number !== site.line) {
      rendered.push(ink.quiet(`  ${label} │ ${fit(shown(line).trimEnd(), room)}`).trimEnd());
      continue;
    }
    const { before, marked, after } = shift(split(line, site), room);
    const code = fit((before + marked + after).trimEnd(), room);
    const length = Math.max(Math.min(widthOf(marked), room - widthOf(before)), leastMark);
    rendered.push(`${ink.mark('❯')} ${label} ${ink.quiet('│')} ${code}`);
    rendered.push(
      `  ${' '.repeat(gutter)} ${ink.quiet('│')} ${' '.repeat(widthOf(before))}${ink.mark('^'.repeat(length))}`,
    );
  }
  return rendered;
}
