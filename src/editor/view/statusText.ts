import type { Session } from '../state/session.ts';
import { currentRun } from '../state/session.ts';
import type { Localizer } from './localizer.ts';
import { formatClock, formatMs } from './numbers.ts';

/** The status bar's text for a session at work: `● Offloop 00:12 · loop delay 3 ms · 4 blocks`. */
export function statusText(session: Session, l10n: Localizer): string {
  if (session.phase === 'connecting') return l10n.t('$(sync~spin) Offloop: attaching…');
  if (session.phase === 'waiting') return l10n.t('$(sync~spin) Offloop: waiting for {0}', session.title);
  const { status } = session;
  const clock = formatClock(status?.elapsedMs ?? 0);
  const parts = [`$(circle-filled) Offloop ${clock}`];
  if (status !== null && status.recentDelayMs !== null) {
    parts.push(l10n.t('loop delay {0}', formatMs(status.recentDelayMs)));
  }
  const blocks = status?.blocks ?? currentRun(session)?.report.blocks.length ?? 0;
  parts.push(blocks === 1 ? l10n.t('1 block') : l10n.t('{0} blocks', blocks));
  return parts.join(' · ');
}
