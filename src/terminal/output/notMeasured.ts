import type { Report } from '../../report/report.ts';

/**
 * Why a report says nothing about the program: no sample was taken, or the recorded process served nothing and the
 * processes that it started (`notRecorded`) could not be recorded. Null if the report does say something.
 */
export function notMeasured(
  { findings, recording }: Report,
  notRecorded: readonly number[],
): 'nothing' | 'launcher' | null {
  if (findings.length > 0) return null;
  if (notRecorded.length > 0 && (recording.requests ?? 0) === 0) return 'launcher';
  return recording.samples === 0 ? 'nothing' : null;
}

/** What a person reads where nothing of a program was measured. */
export function notMeasuredText(why: 'nothing' | 'launcher', notRecorded: readonly number[]): string {
  return why === 'nothing'
    ? 'Nothing was recorded, so nothing is known about the event loop. Record longer.'
    : `Nothing is known about the program: the recorded process served nothing, and what it started (pid ${notRecorded.join(', ')}) could not be recorded. Attach to that with --pid.`;
}
