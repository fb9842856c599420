import { currentRun, type Session } from '../state/session.ts';
import { countedCalls, countedFindings } from './counted.ts';
import type { Localizer } from '../../wording/localizer.ts';
import { formatCount, formatMs } from '../../wording/numbers/formatNumbers.ts';

/** What came of a scan. */
export function scanText(calls: number, files: number, l10n: Localizer): string {
  const read = files === 1 ? l10n.t('1 file was read') : l10n.t('{0} files were read', formatCount(files));
  return calls === 0
    ? l10n.t('{0}: no calls of blocking APIs.', read)
    : l10n.t('{0}: {1} the event loop.', read, countedCalls(calls, l10n));
}

/** What came of reading a profile. */
export function profileText(session: Session, l10n: Localizer): string {
  const count = currentRun(session)?.report.findings.length ?? 0;
  return count === 0
    ? l10n.t('{0}: nothing blocked for {1} or longer.', session.title, formatMs(session.thresholdMs))
    : l10n.t('{0}: {1}.', session.title, countedFindings(count, l10n));
}
