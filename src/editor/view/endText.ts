import { lateLoopOf } from '../../report/figures/lateLoop.ts';
import { lateLoopText } from '../../wording/lateLoopText.ts';
import type { SessionEnd } from '../state/recordings.ts';
import type { Session } from '../state/session.ts';
import type { Localizer } from '../../wording/localizer.ts';
import { formatMs } from '../../wording/numbers/formatNumbers.ts';
import { recordedMs, sessionName } from './sessionName.ts';

/** Whether anything was found in any run of a session. */
export const hasFindings = ({ runs }: Session): boolean =>
  runs.some(({ report }) => report.findings.length > 0);

/** The message at the end of a session; null if its findings say enough. */
export function endText(session: Session, how: SessionEnd, l10n: Localizer): string | null {
  if (how === 'stopped') return hasFindings(session) ? null : nothingText(session, l10n);
  const name = sessionName(session, l10n);
  const ended =
    how === 'done' ? l10n.t('{0} has ended.', name) : l10n.t('{0} ended and did not start again.', name);
  return `${ended} ${hasFindings(session) ? l10n.t('Its findings stay.') : nothingText(session, l10n)}`;
}

function nothingText(session: Session, l10n: Localizer): string {
  const { runs, thresholdMs } = session;
  const late = runs.map(({ report }) => lateLoopOf(report)).find((each) => each !== null);
  if (late !== undefined) return `${sessionName(session, l10n)}: ${lateLoopText(late, l10n)}`;
  const nothing = l10n.t(
    'Nothing blocked the event loop of {0} for {1} or longer in {2}.',
    sessionName(session, l10n),
    formatMs(thresholdMs),
    formatMs(recordedMs(session) ?? 0),
  );
  const isUnasked = runs.length > 0 && runs.every(({ report }) => report.recording.requests === 0);
  const unasked = isUnasked ? ` ${l10n.t('It received no request in that time.')}` : '';
  return `${nothing}${unasked} ${l10n.t('Put load on it, or lower the threshold.')}`;
}
