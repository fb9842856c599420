import { formatCount, formatMs } from '../../wording/numbers/formatNumbers.ts';
import type { Cause } from '../cause.ts';
import { findingRoute } from '../findingRoute.ts';
import { loopsOf, processName } from '../threads.ts';
import type { Report, ReportCallSite, ReportFinding, ReportStackFrame } from '../report.ts';
import { partMs, stackIn } from '../stackIn.ts';

/** A text of the target's as one line without control characters, and no longer than a line: characters. */
export function oneLine(text: string, longest = 160): string {
  const line = text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029\s]+/gu, ' ').trim();
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line;
}

/** What a finding is called that no call is to blame for. */
export function titleWithoutSite(cause: Cause): string {
  if (cause === 'gc') return 'Garbage collection';
  if (cause === 'module-load') return 'Module loading';
  return cause === 'starved' ? 'Not enough CPU' : 'Code outside the project';
}

const subjectOf = ({ callSite, cause }: ReportFinding): string =>
  callSite === null ? titleWithoutSite(cause) : (callSite.written ?? callSite.callee ?? callSite.function);

/** A finding as people say it: `POST /login · crypto.pbkdf2Sync`. */
export function findingName(finding: ReportFinding, report: Pick<Report, 'blocks'>): string {
  const route = findingRoute(finding.id, report);
  const subject = oneLine(subjectOf(finding));
  return route === null ? subject : `${oneLine(route)} · ${subject}`;
}

/** The same, and whose loop it blocked where that is not clear: `crypto.pbkdf2Sync · api.js (pid 4711)`. */
export function findingInProcess(finding: ReportFinding, report: Report): string {
  const loops = loopsOf(finding, report);
  return [findingName(finding, report), ...(loops.length === 0 ? [] : [oneLine(loops.join(', '))])].join(
    ' · ',
  );
}

/** `src/login.ts:17:16`; the file alone where no line is known, null where no code is to blame. */
export function findingPlace({ callSite }: Pick<ReportFinding, 'callSite'>): string | null {
  if (callSite === null) return null;
  return oneLine(callSite.place === 'file' ? callSite.file : placeText(callSite));
}

/** `src/login.ts:17:16`. */
export const placeText = ({ file, line, column }: ReportCallSite | ReportStackFrame): string =>
  `${file}:${String(line)}:${String(column)}`;

/** A stack frame as stacks have it: `login (src/login.ts:17:16)`. */
const frameText = (frame: ReportStackFrame): string =>
  oneLine(
    frame.file === ''
      ? frame.function
      : `${frame.function === '' ? '(anonymous)' : frame.function} (${placeText(frame)})`,
  );

/** The stack of a finding's longest part whose stack is known, a text for each frame. */
export function longestStack({ id }: ReportFinding, { blocks }: Pick<Report, 'blocks'>): readonly string[] {
  const stacked = blocks.filter((block) => stackIn(block, id).length > 0);
  const [longest] = stacked.sort((a, b) => partMs(b, id) - partMs(a, id));
  return longest === undefined ? [] : stackIn(longest, id).map(frameText);
}

/** Short figures of a whole recording, each with its name. */
export function figuresOf(report: Report): readonly (readonly [string, string])[] {
  const { target, recording, loop, findings, blocks } = report;
  const longest = blocks.reduce((most, { durationMs }) => Math.max(most, durationMs), 0);
  return [
    ...(target.title === null ? [] : [['Program', oneLine(target.title)] as const]),
    ...(target.node === null ? [] : [['Node.js', oneLine(target.node)] as const]),
    ...(recording.startedAt === null ? [] : [['Started', oneLine(recording.startedAt)] as const]),
    ['Recorded', formatMs(recording.durationMs)],
    ...(recording.requests === null ? [] : [['Requests', formatCount(recording.requests)] as const]),
    ...(recording.notRecorded === undefined
      ? []
      : [['Not recorded', oneLine(recording.notRecorded.map(processName).join(', '))] as const]),
    ['Findings', formatCount(findings.length)],
    ['Longest block', formatMs(longest)],
    ...(loop.delayMs === null ? [] : [['Loop delay p99', formatMs(loop.delayMs.p99)] as const]),
  ];
}
