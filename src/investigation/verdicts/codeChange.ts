import type { Report, ReportFinding } from '../../report/report.ts';

/** Whether the code on a finding's stack is another one in a second recording. */
export type CodeChange = 'changed' | 'unchanged' | 'unknown';

/** The hash of code on a stack whose source was another one already when it was read. */
export const unknownHash = '';

/** Whether all code on a finding's stack is known: only then can it be said not to have changed. */
export const isCodeKnown = ({ code = [] }: ReportFinding): boolean =>
  code.length > 0 && code.every(({ hash }) => hash !== unknownHash);

/**
 * Compares the code on a finding's stack with what another recording loaded. A file that the other one did not load
 * tells nothing: it may only be needed later.
 */
export function codeChange({ code = [] }: ReportFinding, { recording }: Report): CodeChange {
  const loaded = recording.code;
  if (loaded == null || code.length === 0) return 'unknown';
  const known = code.filter(({ file, hash }) => hash !== unknownHash && Object.hasOwn(loaded, file));
  if (known.some(({ file, hash }) => loaded[file]?.includes(hash) !== true)) return 'changed';
  return known.length === code.length ? 'unchanged' : 'unknown';
}
