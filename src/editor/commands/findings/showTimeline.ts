import * as vscode from 'vscode';
import type { App } from '../../app.ts';
import { currentRun, foremost, type Session } from '../../state/session.ts';
import { findingPlaceIn } from './findingPlace.ts';
import { pickSession } from '../sessions.ts';

/** Shows the timeline of a row's session, of the one that records, or of the one that the user picks. */
export async function showTimeline(app: App, argument: unknown): Promise<void> {
  const place = findingPlaceIn(argument);
  const named = place === null ? null : app.store.get(place.session.id);
  const session =
    named ??
    foremostWithReport(app.store.sessions) ??
    (await pickSession(app, vscode.l10n.t('Timeline of which session?')));
  if (session !== undefined) app.timelines.show(session, place?.finding ?? null);
}

function foremostWithReport(sessions: readonly Session[]): Session | undefined {
  const session = foremost(sessions);
  return session !== undefined && currentRun(session) !== null ? session : undefined;
}
