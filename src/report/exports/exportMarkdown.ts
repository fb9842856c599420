import type { Cause } from '../cause.ts';
import type { Report, ReportBlock, ReportFinding } from '../report.ts';
import { partMs, stackIn } from '../stackIn.ts';
import { figuresOf, findingName, findingPlace, frameText, msText } from './findingWords.ts';

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

/** The block in which a finding's part was longest, of those whose stack is known. */
function longestBlock({ blocks }: Report, { id }: ReportFinding): ReportBlock | null {
  let best: ReportBlock | null = null;
  for (const block of blocks)
    if (stackIn(block, id).length > 0 && partMs(block, id) > (best === null ? 0 : partMs(best, id)))
      best = block;
  return best;
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
    msText(finding.maxMs),
    `${String(finding.count)}×`,
    msText(finding.totalMs),
    code(findingName(finding, report)),
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
  const longest = longestBlock(report, finding);
  const frames = longest === null ? [] : stackIn(longest, finding.id).slice(0, mostFrames).map(frameText);
  const offered = finding.remedies.filter(({ refusal }) => refusal === null).map(({ title }) => title);
  return [
    '',
    `### ${code(findingName(finding, report))}`,
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
    ...(rest === 0 ? [] : ['', `${String(rest)} more findings are left out here.`]),
    ...shown.flatMap((finding) => detailsOf(finding, report, causeText)),
    '',
  ].join('\n');
}
