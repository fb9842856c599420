import type { ReportFinding } from '../../report/report.ts';
import type { Proposal } from '../../investigation/investigate.ts';
import { placeOf, titleOf } from './findingTitle.ts';
import type { Ink } from '../ink.ts';
import { formatCount, formatMs } from '../numbers.ts';
import { fit, fitEnd, padEnd, padStart, widthOf } from '../text.ts';

/** A finding with what is known about it besides its numbers. */
export interface OverviewRow {
  readonly finding: ReportFinding;
  readonly source: string | undefined;
  readonly proposal: Proposal | undefined;
}

const widestTitle = 36;

/** Whether there is a fix: proven, to be reviewed, or none. */
function markOf(proposal: Proposal | undefined, ink: Ink): string {
  if (proposal?.kind !== 'diff') return ink.quiet('–');
  return proposal.assumptions.length === 0 ? ink.good('✓') : ink.mark('?');
}

/** All findings, one line each: how much, whether there is a fix, and where. */
export function renderOverview(rows: readonly OverviewRow[], ink: Ink): readonly string[] {
  const titles = rows.map(({ finding }) => fit(titleOf(finding), widestTitle));
  const widest = Math.max(...titles.map(widthOf), 4);
  const numbers = (cells: readonly string[]): string => cells.map((cell) => padStart(cell, 9)).join('');
  const head = `     ${numbers(['blocked', 'longest', 'times'])}  fix  ${padEnd('call', widest)}`;
  const lines = rows.map(({ finding, proposal }, index) => {
    const { totalMs, maxMs, count } = finding;
    const cells = numbers([formatMs(totalMs), formatMs(maxMs), `${formatCount(count)}×`]);
    const start = `${padStart(String(index + 1), 4)}.${cells}  `;
    const mark = markOf(proposal, ink);
    const title = fit(padEnd(titles[index] ?? '', widest), Math.max(ink.width - widthOf(start) - 5, 0));
    const left = ink.width - widthOf(start) - 5 - widthOf(title) - 2;
    const place = left > 8 ? `  ${ink.place(fitEnd(placeOf(finding) ?? '', left))}` : '';
    return `${start}${mark}    ${title}${place}`.trimEnd();
  });
  return [ink.quiet(head.trimEnd()), ...lines];
}
