import type { Report, ReportFinding } from '../../report/report.ts';
import type { Proposal } from '../../investigation/investigate.ts';
import { titleOf } from './findingTitle.ts';
import { inkOf, type Ink } from '../ink.ts';
import { counted, formatCount } from '../../wording/numbers/formatNumbers.ts';
import type { ReportView } from './renderReport.ts';
import { fit, padEnd, padStart, printable, widthOf, wrap } from '../text.ts';

const widestTitle = 44;

const fileOf = ({ callSite }: ReportFinding): string => callSite?.file ?? '';

interface Row {
  readonly place: string;
  readonly title: string;
  readonly proposal: Proposal | undefined;
}

function rowOf(finding: ReportFinding, view: ReportView): Row {
  const site = finding.callSite;
  return {
    place: site === null ? '' : `${String(site.line)}:${String(site.column)}`,
    title: titleOf(finding),
    proposal: view.proposals.get(finding.id),
  };
}

/** The mark, the words and the colour of what can be done about a call. */
function proposedOf(proposal: Proposal | undefined, ink: Ink): readonly [string, string, Ink['good']] {
  if (proposal?.kind !== 'diff') return ['–', proposal?.reason ?? '', ink.quiet];
  if (proposal.assumptions.length === 0) return ['✓', proposal.title, ink.good];
  return ['?', `${proposal.title} (needs review)`, ink.mark];
}

/** The remedy of a call: on the same line if the terminal is wide enough, else below. */
function linesOf({ place, title, proposal }: Row, widest: number, ink: Ink): readonly string[] {
  const start = `${padStart(place, 9)}  ${padEnd(fit(title, widest), widest)}`;
  const [mark, words, paint] = proposedOf(proposal, ink);
  const beside = ink.width - widthOf(start) - 4;
  const isWide = beside >= 30;
  const [first = '', ...rest] = wrap(printable(words), isWide ? beside : ink.width - 13);
  const head = isWide
    ? [`${start}  ${paint(`${mark} ${first}`)}`]
    : [start, `${' '.repeat(11)}${paint(`${mark} ${first}`)}`];
  const indent = ' '.repeat(isWide ? widthOf(start) + 4 : 13);
  return [...head, ...rest.map((line) => indent + paint(line))].map((line) => line.trimEnd());
}

function fileLines(
  file: string,
  findings: readonly ReportFinding[],
  view: ReportView,
  ink: Ink,
): readonly string[] {
  const rows = findings.map((finding) => rowOf(finding, view));
  const widest = Math.min(Math.max(...rows.map(({ title }) => widthOf(title))), widestTitle, ink.width - 12);
  return [
    '',
    ink.place(fit(printable(file), ink.width)),
    ...rows.flatMap((row) => linesOf(row, widest, ink)),
  ];
}

function nextStep(report: Report, view: ReportView, ink: Ink): readonly string[] {
  for (const { id, callSite } of report.findings) {
    const proposal = view.proposals.get(id);
    if (callSite === null || proposal?.kind !== 'diff') continue;
    const place = printable(`${callSite.file}:${String(proposal.line)}:${String(proposal.column)}`);
    return ['', ...wrap(`See a fix: offloop fix ${place}`, ink.width)];
  }
  return [];
}

/** The calls of blocking APIs that a look at the source found, file by file. No newline at the end. */
export function renderScan(report: Report, files: number, view: ReportView): string {
  const ink = inkOf(view);
  const { findings } = report;
  const where = `in async functions and handlers of ${counted(files, 'file')}`;
  if (findings.length === 0) return ink.good(wrap(`No blocking calls ${where}.`, ink.width).join('\n'));
  const fixes = findings.filter(({ id }) => view.proposals.get(id)?.kind === 'diff').length;
  const summary = `${counted(findings.length, 'blocking call')} ${where}, ${formatCount(fixes)} with a fix`;
  const names = [...new Set(findings.map(fileOf))];
  return [
    ...wrap(summary, ink.width).map(ink.title),
    ...names.flatMap((name) => {
      const own = findings.filter((finding) => fileOf(finding) === name);
      return fileLines(name, own, view, ink);
    }),
    ...nextStep(report, view, ink),
  ].join('\n');
}
