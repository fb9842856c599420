import { counted, formatCount, formatMs } from '../../wording/numbers/formatNumbers.ts';
import type { Cause } from '../cause.ts';
import type { Report, ReportFinding } from '../report.ts';
import { figuresOf, findingInProcess, findingPlace, longestStack } from './findingWords.ts';

/** Findings that an issue has room for; the others are in the JSON. */
const mostFindings = 20;
const mostFrames = 12;

/** A text of the target's in which Markdown means nothing: a code span, whatever backticks it holds. */
function code(text: string): string {
  const longest = [...text.matchAll(/`+/g)].reduce((most, [ticks]) => Math.max(most, ticks.length), 0);
  const fence = '`'.repeat(longest + 1);
  const space = longest > 0 ? ' ' : '';
  return `${fence}${space}${text.replaceAll('|', '\\|')}${space}${fence}`;
}

/** Lines in a fence that none of them can close. */
function fenced(lines: readonly string[]): readonly string[] {
  const longest = lines
    .flatMap((line) => [...line.matchAll(/`+/g)])
    .reduce((most, [ticks]) => Math.max(most, ticks.length), 2);
  const fence = '`'.repeat(longest + 1);
  return [fence, ...lines, fence];
}

const headOf = (report: Report): readonly string[] => [
  '## What blocks the event loop',
  '',
  figuresOf(report)
    .map(([name, value]) => `${name}: ${code(value)}`)
    .join(' · '),
  '',
];

function rowOf(finding: ReportFinding, report: Report): string {
  const place = findingPlace(finding);
  const cells = [
    formatMs(finding.maxMs),
    `${formatCount(finding.count)}×`,
    formatMs(finding.totalMs),
    code(findingInProcess(finding, report)),
    place === null ? '' : code(place),
    finding.cause,
  ];
  return `| ${cells.join(' | ')} |`;
}

function detailsOf(
  finding: ReportFinding,
  report: Report,
  causeText: (cause: Cause) => string,
): readonly string[] {
  const frames = longestStack(finding, report).slice(0, mostFrames);
  const offered = finding.remedies.filter(({ refusal }) => refusal === null).map(({ title }) => title);
  return [
    '',
    `### ${code(findingInProcess(finding, report))}`,
    '',
    causeText(finding.cause),
    ...(offered.length === 0 ? [] : ['', `Possible fixes: ${offered.map(code).join(', ')}`]),
    ...(frames.length === 0 ? [] : ['', ...fenced(frames)]),
  ];
}

/** A report as Markdown for an issue: figures, a table of findings, and the longest stack of each. */
export function exportMarkdown(report: Report, causeText: (cause: Cause) => string): string {
  const shown = report.findings.slice(0, mostFindings);
  const rest = report.findings.length - shown.length;
  if (shown.length === 0) return [...headOf(report), 'Nothing blocked the event loop.', ''].join('\n');
  return [
    ...headOf(report),
    '| longest | count | total | call | place | cause |',
    '| ---: | ---: | ---: | --- | --- | --- |',
    ...shown.map((finding) => rowOf(finding, report)),
    ...(rest === 0 ? [] : ['', `${counted(rest, 'more finding is', 'more findings are')} left out here.`]),
    ...shown.flatMap((finding) => detailsOf(finding, report, causeText)),
    '',
  ].join('\n');
}
