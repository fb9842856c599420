import { oneLine } from '../../../report/exports/findingWords.ts';
import type { ReportLeftOut } from '../../../report/report.ts';
import { leftOutText } from '../../../wording/leftOutTexts.ts';
import { currentRun, isActive, type Session } from '../../state/session.ts';
import { countedCalls, countedFindings } from '../counted.ts';
import { plain } from '../findingText.ts';
import type { Localizer } from '../../../wording/localizer.ts';
import { formatMs, formatSeconds } from '../../../wording/numbers/formatNumbers.ts';
import { distinction, recordedMs, startText } from '../sessionName.ts';
import { activityText } from '../statusText.ts';
import { findingCount } from './findingGroups.ts';
import type { RowText } from './treeNodes.ts';

/** A session as a row: what it does, when it began, how long it took, what it found, and of which process it is. */
export function sessionRow(session: Session, sessions: readonly Session[], l10n: Localizer): RowText {
  const process = distinction(session, l10n);
  const isOneOfSeveral =
    isActive(session) &&
    sessions.some((other) => other.id !== session.id && isActive(other) && nameOf(other) === nameOf(session));
  const state = stateOf(session, sessions, l10n);
  const left = notRecordedText(leftOutOf(session).length, l10n);
  const parts = isOneOfSeveral ? [...process, ...state, ...left] : [...state, ...left, ...process];
  return { label: nameOf(session), description: parts.join(' · ') };
}

/** Running processes of the program that a session does not record. */
const leftOutOf = (session: Session): readonly ReportLeftOut[] =>
  currentRun(session)?.report.recording.notRecorded ?? [];

function notRecordedText(count: number, l10n: Localizer): readonly string[] {
  if (count === 0) return [];
  return [count === 1 ? l10n.t('1 process not recorded') : l10n.t('{0} processes not recorded', count)];
}

const nameOf = ({ name, title }: Session): string => plain(name ?? title);

function stateOf(session: Session, sessions: readonly Session[], l10n: Localizer): readonly string[] {
  const count = findingCount(session, sessions);
  if (session.kind === 'scan') return [countedCalls(count, l10n)];
  const findings = countedFindings(count, l10n);
  if (session.kind === 'profile') return [l10n.t('profile'), ...durationOf(session), findings];
  // Seconds are in the tooltip.
  const start = startText(session)?.slice(0, 5) ?? null;
  switch (session.phase) {
    case 'connecting':
      return [
        session.pauseMs === null
          ? l10n.t('attaching…')
          : l10n.t('attaching… (pauses the program once, for about {0})', formatMs(session.pauseMs)),
      ];
    case 'recording':
      return [start === null ? l10n.t('recording') : l10n.t('recording since {0}', start), findings];
    case 'waiting':
      return [l10n.t('ended, waiting for its restart'), findings];
    case 'ended':
      return [...(start === null ? [] : [start]), ...durationOf(session), findings];
    case 'failed':
      return [session.message === null ? l10n.t('failed') : l10n.t('failed: {0}', plain(session.message))];
  }
}

function durationOf(session: Session): readonly string[] {
  const ms = recordedMs(session);
  return ms === null ? [] : [formatSeconds(ms)];
}

/** All that is known of a session, line by line. */
export function sessionTooltip(session: Session, l10n: Localizer): string {
  const start = startText(session);
  const ms = recordedMs(session);
  const version = session.target?.node ?? null;
  const lines = [
    activityText(session, l10n),
    session.phase === 'waiting' ? l10n.t('Stop ends the session now.') : '',
    ...(start === null ? [] : [l10n.t('Started at {0}', start)]),
    ...(ms === null || isActive(session) ? [] : [l10n.t('Recorded for {0}', formatSeconds(ms))]),
    [...distinction(session, l10n), ...(version === null ? [] : [`Node.js ${version}`])].join(' · '),
    session.target?.cwd ?? '',
    ...leftOutOf(session).map((each) => l10n.t('Not recorded: {0}', oneLine(leftOutText(each)))),
  ];
  return lines.filter((line) => line !== '').join('\n');
}
