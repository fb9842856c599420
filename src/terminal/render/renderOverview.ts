import type { ReportFinding } from '../../report/report.ts';
import type { Proposal } from '../../investigation/investigate.ts';
import { placeOf, titleOf } from './findingTitle.ts';
import type { Ink } from '../ink.ts';
import { formatCount, formatMs } from '../../wording/numbers/formatNumbers.ts';
import { columnWidths, fit, fitEnd, padEnd, padStart, widthOf } from '../text.ts';

/** A finding with what is known about it besides its numbers. */
export interface OverviewRow {
  readonly finding: ReportFinding;
  readonly source: string | undefined;
  readonly proposal: Proposal | undefined;
}

const widestTitle = 36;
const leastColumn = 7;

/** Whether there is a fix: proven, to be reviewed, or none. */
function markOf(proposal: Proposal | undefined, ink: Ink): string {
  if (proposal?.kind !== 'diff') return ink.quiet('–');
  return proposal.assumptions.length === 0 ? ink.good('✓') : ink.mark('?');
}

/** All findings, one line each: how much, whether there is a fix, and where. */
export function renderOverview(rows: readonly OverviewRow[], ink: Ink): readonly string[] {
  const titles = rows.map(({ finding }) => fit(titleOf(finding), widestTitle));
  const widest = Math.max(...titles.map(widthOf), 4);
  const names = ['blocked', 'longest', 'times'];
  const cells = rows.map(({ finding: { totalMs, maxMs, count } }) => [
    formatMs(totalMs),
    formatMs(maxMs),
    `${formatCount(count)}×`,
  ]);
  const widths = columnWidths([names, ...cells], leastColumn);
  const numbers = (row: readonly string[]): string =>
    row.map((cell, column) => padStart(cell, (widths[column] ?? 0) + 2)).join('');
  const head = `     ${numbers(names)}  fix  ${padEnd('call', widest)}`;
  const lines = rows.map(({ finding, proposal }, index) => {
    const start = `${padStart(String(index + 1), 4)}.${numbers(cells[index] ?? [])}  `;
    const mark = markOf(proposal, ink);
    const title = fit(padEnd(titles[index] ?? '', widest), Math.max(ink.width - widthOf(start) - 5, 0));
    const left = ink.width - widthOf(start) - 5 - widthOf(title) - 2;
    const place = left > 8 ? `  ${ink.place(fitEnd(placeOf(finding) ?? '', left))}` : '';
    return `${start}${mark}    ${title}${place}`.trimEnd();
  });
  return [ink.quiet(head.trimEnd()), ...lines];
}
