import { assertNever } from '../../base/assertNever.ts';
import { currentRun, giveUpAfterMs, isActive, type Session } from '../state/session.ts';
import { countedBlocks } from './counted.ts';
import { withoutIcons } from './escapeMarkdown.ts';
import { plain } from './findingText.ts';
import type { Localizer } from '../../wording/localizer.ts';
import { formatClock, formatMs } from '../../wording/numbers/formatNumbers.ts';
import { sessionName } from './sessionName.ts';

/** A space as wide as a digit. */
const digit = '\u2007';
/** Wider texts hardly ever happen: `999 ms`, `999 blocks`. */
const delayWidth = 6;
const countWidth = 3;

/**
 * The status bar's text for an active session: `● Offloop 00:12 · loop delay 3 ms · 4 blocks`. It includes the session's name if
 * other sessions are active, too. While it records the text keeps its width, so that nothing to the right of it moves.
 * `delayMs`: what was measured last; a second in which no part of the recording ended has none of its own.
 */
export function statusText(
  session: Session,
  sessions: readonly Session[],
  delayMs: number | null,
  l10n: Localizer,
): string {
  if (session.phase === 'connecting') return l10n.t('$(sync~spin) Offloop: attaching…');
  if (session.phase === 'waiting')
    return l10n.t(
      '$(debug-disconnect) Offloop: {0} ended, waiting for its restart',
      withoutIcons(plain(session.title)),
    );
  const { status } = session;
  const parts = [`$(circle-filled) Offloop ${formatClock(status?.elapsedMs ?? 0)}`];
  if (sessions.filter(isActive).length > 1) parts.push(withoutIcons(sessionName(session, l10n)));
  parts.push(l10n.t('loop delay {0}', delayText(delayMs)));
  parts.push(blocksText(status?.blocks ?? currentRun(session)?.report.blocks.length ?? 0, l10n));
  return parts.join(' · ');
}

/** Whole milliseconds; seconds where it is that long. */
function delayText(ms: number | null): string {
  const text = ms === null ? '– ms' : formatMs(Math.round(ms));
  return text.padStart(delayWidth, digit);
}

/** It ends the text, so its room is behind it. */
const blocksText = (count: number, l10n: Localizer): string =>
  countedBlocks(count, l10n).padEnd(countWidth + countedBlocks(2, l10n).length - 1, digit);

/** What the status bar explains: what the session does, what a click does, and which others are at work. */
export function statusTooltip(session: Session, sessions: readonly Session[], l10n: Localizer): string {
  const others = sessions.filter((each) => isActive(each) && each.id !== session.id);
  const names = others.map((each) => sessionName(each, l10n)).join(', ');
  return [
    activityText(session, l10n),
    l10n.t('Click to stop.'),
    ...(others.length === 0 ? [] : [l10n.t('Also recording: {0}.', names)]),
  ].join(' ');
}

/** What a session does, in a sentence or two. */
export function activityText(session: Session, l10n: Localizer): string {
  const name = sessionName(session, l10n);
  switch (session.phase) {
    case 'connecting':
      return l10n.t('Attaching to {0}.', name);
    case 'recording':
      return session.target?.underDebugger === true
        ? l10n.t('Recording {0}. Timings are inflated by the debugger.', name)
        : l10n.t('Recording {0}.', name);
    case 'waiting':
      return l10n.t(
        '{0} has ended. The recording goes on when it starts again. Without a watcher that restarts it, the session ends after {1}.',
        name,
        formatMs(giveUpAfterMs),
      );
    case 'ended':
    case 'failed':
      return session.message ?? '';
    default:
      return assertNever(session.phase);
  }
}
