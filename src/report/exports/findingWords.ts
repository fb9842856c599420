import type { Cause } from '../cause.ts';
import { findingRoute } from '../findingRoute.ts';
import type { Report, ReportCallSite, ReportFinding, ReportStackFrame } from '../report.ts';

/** A duration as documents have it: `3.4 ms`, `412 ms`. */
export const msText = (ms: number): string =>
  `${String(ms < 10 ? Math.round(ms * 10) / 10 : Math.round(ms))} ms`;

/** A text of the target's as one line without control characters, and no longer than a line. */
export function oneLine(text: string): string {
  const line = text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029\s]+/gu, ' ').trim();
  return line.length > 160 ? `${line.slice(0, 159)}…` : line;
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

/** `src/login.ts:17:16`; the file alone where no line is known, null where no code is to blame. */
export function findingPlace({ callSite }: Pick<ReportFinding, 'callSite'>): string | null {
  if (callSite === null) return null;
  return oneLine(callSite.place === 'file' ? callSite.file : placeText(callSite));
}

const placeText = ({ file, line, column }: ReportCallSite | ReportStackFrame): string =>
  `${file}:${String(line)}:${String(column)}`;

/** A stack frame as stacks have it: `login (src/login.ts:17:16)`. */
export const frameText = (frame: ReportStackFrame): string =>
  oneLine(
    frame.file === ''
      ? frame.function
      : `${frame.function === '' ? '(anonymous)' : frame.function} (${placeText(frame)})`,
  );

/** Short figures of a whole recording, each with its name. */
export function figuresOf(report: Report): readonly (readonly [string, string])[] {
  const { target, recording, loop, findings, blocks } = report;
  const longest = blocks.reduce((most, { durationMs }) => Math.max(most, durationMs), 0);
  return [
    ...(target.title === null ? [] : [['Program', oneLine(target.title)] as const]),
    ...(target.node === null ? [] : [['Node.js', oneLine(target.node)] as const]),
    ...(recording.startedAt === null ? [] : [['Started', oneLine(recording.startedAt)] as const]),
    ['Recorded', `${(recording.durationMs / 1000).toFixed(1)} s`],
    ...(recording.requests === null ? [] : [['Requests', String(recording.requests)] as const]),
    ['Findings', String(findings.length)],
    ['Longest block', msText(longest)],
    ...(loop.delayMs === null ? [] : [['Loop delay p99', msText(loop.delayMs.p99)] as const]),
  ];
}
