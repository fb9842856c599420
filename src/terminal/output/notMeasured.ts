import type { Report } from '../../report/report.ts';

/**
 * Why a report says nothing about the program: no sample was taken, or the recorded process served nothing and the
 * processes that it started could not be recorded. Null if the report does say something.
 */
export function notMeasured({ findings, recording }: Report): 'nothing' | 'launcher' | null {
  if (findings.length > 0) return null;
  if (recording.notRecorded !== undefined && (recording.requests ?? 0) === 0) return 'launcher';
  return recording.samples === 0 ? 'nothing' : null;
}

/** What a person reads where nothing of a program was measured. */
export function notMeasuredText(why: 'nothing' | 'launcher', { recording }: Report): string {
  const pids = (recording.notRecorded ?? []).map(({ pid }) => String(pid)).join(', ');
  return why === 'nothing'
    ? 'Nothing was recorded, so nothing is known about the event loop. Record longer.'
    : `Nothing is known about the program: the recorded process served nothing, and what it started (pid ${pids}) could not be recorded. Attach to that with --pid.`;
}
