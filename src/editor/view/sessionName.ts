import { pidOf, portOf, type Session } from '../state/session.ts';
import type { Localizer } from '../../wording/localizer.ts';

/** What tells a session from others of the same script: `pid 4711`, `port 3000`; nothing of it may be known. */
export function distinction(session: Session, l10n: Localizer): readonly string[] {
  const [pid, port] = [pidOf(session), portOf(session)];
  return [
    ...(pid === null ? [] : [`pid ${String(pid)}`]),
    ...(port === null ? [] : [l10n.t('port {0}', String(port))]),
  ];
}

/** A session in a sentence: `app.js (pid 4711, port 3000)`. */
export function sessionName(session: Session, l10n: Localizer): string {
  const parts = distinction(session, l10n);
  const name = session.name ?? session.title;
  return parts.length === 0 ? name : `${name} (${parts.join(', ')})`;
}

/** When a session's recording began, on the clock of its program: `14:03:27`; null where that is not known. */
export function startText({ runs }: Session): string | null {
  const startedAt = runs[0]?.report.recording.startedAt;
  const start = startedAt == null ? null : new Date(startedAt);
  return start === null || Number.isNaN(start.getTime()) ? null : start.toTimeString().slice(0, 8);
}

/** How long a session has recorded, through all runs of its program, in ms; null where nothing was. */
export function recordedMs({ status, runs }: Session): number | null {
  const recorded = runs.reduce((sum, { report }) => sum + report.recording.durationMs, 0);
  const ms = Math.max(status?.elapsedMs ?? 0, recorded);
  return ms > 0 ? ms : null;
}
