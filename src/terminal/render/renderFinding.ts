import { partMs, stackIn } from '../../report/stackIn.ts';
import type { Report, ReportBlock, ReportFinding } from '../../report/report.ts';
import { areProcesses, loopsOf, threadName } from '../../report/threads.ts';
import { requestName } from '../../recording/requestRoute.ts';
import type { Proposal } from '../../investigation/investigate.ts';
import { causeTexts } from '../../wording/causeTexts.ts';
import { placeOf, titleOf } from './findingTitle.ts';
import type { Ink } from '../ink.ts';
import { counted, formatMs, formatShare } from '../../wording/numbers/formatNumbers.ts';
import { renderExcerpt } from './renderExcerpt.ts';
import { renderProposal } from './renderProposal.ts';
import { renderStack } from './renderStack.ts';
import { fit, printable, wrap } from '../text.ts';

const indent = '    ';
const mostRequests = 3;

/** What a finding is shown with besides its numbers. */
export interface FindingContext {
  readonly report: Report;
  /** The text of a file of the report; undefined where it cannot be read. */
  readonly source: string | undefined;
  readonly proposal: Proposal | undefined;
}

/** Whose loop was blocked, where it is not the only process's main thread. */
function loopOf(finding: ReportFinding, report: Report): string {
  const loops = loopsOf(finding, report);
  if (loops.length === 0) return '';
  return loops.length > 2
    ? ` the event loops of ${areProcesses(finding) ? counted(loops.length, 'process', 'processes') : counted(loops.length, 'worker thread')}`
    : ` the event loop of ${loops.map(printable).join(' and ')}`;
}

/** The longest block that a finding has only a part of; '' where the finding's own time says it all. */
function blockOf({ id, maxMs }: ReportFinding, { blocks }: Report): string {
  const lengths = blocks.filter((block) => partMs(block, id) > 0).map(({ durationMs }) => durationMs);
  const longest = formatMs(Math.max(0, ...lengths));
  return lengths.length === 0 || longest === formatMs(maxMs) ? '' : `, in blocks of up to ${longest}`;
}

function numbersOf(finding: ReportFinding, report: Report): string {
  const { recording } = report;
  const block = blockOf(finding, report);
  const { count, maxMs, p50Ms, totalMs } = finding;
  const loop = loopOf(finding, report);
  // Threads may run side by side, or one process after the other: together they have no time to take a share of.
  const isShare = recording.durationMs > 0 && finding.threads.length <= 1;
  const share = isShare ? `, ${formatShare(totalMs / recording.durationMs)} of the time` : '';
  const total = `${formatMs(totalMs)} in all${share}`;
  if (count === 1) return `blocked${loop} once for ${formatMs(maxMs)}${block}${share}`;
  return `blocked${loop} ${counted(count, 'time')}, longest ${formatMs(maxMs)}, p50 ${formatMs(p50Ms)}${block}, ${total}`;
}

/** Where in the source the finding could be proven to lie, when that is not a call. */
function precisionOf(finding: ReportFinding, report: Report): readonly string[] {
  const { recording } = report;
  const { callSite, threads, stale, group } = finding;
  const notes: string[] = [];
  if (callSite?.place === 'file')
    notes.push('The file differs from the code that ran, so the line is unknown.');
  else if (callSite?.place === 'address') notes.push('This code was made at run time; it is in no file.');
  else if (callSite?.precision === 'function') notes.push('The function is certain; the line in it is not.');
  if (callSite?.precision === 'line') notes.push('The line is where most of the time goes.');
  if (group === 'startup') notes.push('It ran while the program started.');
  if (threads.length > 1)
    notes.push(`Threads: ${threads.map((id) => printable(threadName(id, recording.threads))).join(', ')}.`);
  if (stale) notes.push('The source has changed since the program started.');
  return notes;
}

/** The blocks in which a finding has a part: first those where its part is the largest, then by the length of its part. */
function blocksOf({ id }: ReportFinding, blocks: readonly ReportBlock[]): readonly ReportBlock[] {
  return blocks
    .flatMap((block) => {
      const index = block.parts.findIndex(({ findingId }) => findingId === id);
      return index === -1 ? [] : [{ block, isFirst: index === 0, ms: block.parts[index]?.ms ?? 0 }];
    })
    .sort((a, b) => Number(b.isFirst) - Number(a.isFirst) || b.ms - a.ms)
    .map(({ block }) => block);
}

function requestsOf(blocks: readonly ReportBlock[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { request } of blocks) {
    if (request === null) continue;
    const name = printable(requestName(request.method, request.url));
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const names = [...counts].sort((a, b) => b[1] - a[1]).map(([name]) => name);
  if (names.length === 0) return [];
  const more = names.length > mostRequests ? ` and ${counted(names.length - mostRequests, 'other')}` : '';
  return [`while serving ${names.slice(0, mostRequests).join(', ')}${more}`];
}

/** One finding: where, the code, how much, why, the stack of its longest part, and what to do about it. */
export function renderFinding(
  finding: ReportFinding,
  rank: number,
  context: FindingContext,
  ink: Ink,
): readonly string[] {
  const columns = ink.width - indent.length;
  const { source, proposal } = context;
  const place = placeOf(finding);
  const heading = fit(titleOf(finding), columns - finding.cause.length - 2);
  const blocks = blocksOf(finding, context.report.blocks);
  const excerpt =
    finding.callSite === null || source === undefined
      ? []
      : renderExcerpt(source, finding.callSite, ink, columns);
  const facts = [
    ...wrap(numbersOf(finding, context.report), columns).map(ink.title),
    ...requestsOf(blocks).flatMap((line) => wrap(line, columns)),
    ...wrap([causeTexts[finding.cause], ...precisionOf(finding, context.report)].join(' '), columns),
  ];
  const stacks = blocks.map((block) => stackIn(block, finding.id));
  const stack = renderStack(stacks.find((frames) => frames.length > 0) ?? [], ink, columns);
  const groups = [
    excerpt,
    facts,
    stack,
    proposal === undefined ? [] : renderProposal(proposal, ink, columns),
  ];
  const number = `${String(rank)}.`.padEnd(indent.length);
  return [
    `${ink.title(number + heading)}  ${ink.cause(finding.cause)}`,
    ...(place === null ? [] : [indent + ink.place(fit(place, columns))]),
    ...groups
      .filter((group) => group.length > 0)
      .flatMap((group) => ['', ...group.map((line) => indent + line)]),
  ].map((line) => line.trimEnd());
}
