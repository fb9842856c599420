import * as vscode from 'vscode';
import type { App } from '../app.ts';
import { currentRun, foremost, type Session } from '../state/session.ts';
import { pickSession } from './sessions.ts';

/** A session, and the finding whose longest block is chosen in its timeline. */
export interface TimelinePlace {
  readonly session: { readonly id: number };
  readonly finding: string | null;
}

/** What a tree row, a lens or a hover stands for; null for other arguments. */
function placeIn(argument: unknown): TimelinePlace | null {
  if (typeof argument !== 'object' || argument === null) return null;
  const { session, view, finding } = argument as {
    readonly session?: { readonly id: number };
    readonly view?: { readonly session: { readonly id: number }; readonly id: string };
    readonly finding?: unknown;
  };
  if (view !== undefined) return { session: view.session, finding: view.id };
  if (session === undefined) return null;
  return { session, finding: typeof finding === 'string' ? finding : null };
}

/** Shows the timeline of a row's session, of the one that records, or of the one that the user picks. */
export async function showTimeline(app: App, argument: unknown): Promise<void> {
  const place = placeIn(argument);
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
