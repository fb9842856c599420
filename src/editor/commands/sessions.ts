import * as vscode from 'vscode';
import type { App } from '../app.ts';
import { countedFindings } from '../view/counted.ts';
import { findingCount } from '../view/tree/findingGroups.ts';
import { distinction } from '../view/sessionName.ts';
import { currentRun, foremost, isActive, type Session } from '../state/session.ts';

/** The session that a tree row stands for; null for other arguments. */
export function sessionIn(app: Pick<App, 'store'>, argument: unknown): Session | null {
  const isRow = typeof argument === 'object' && argument !== null && 'session' in argument;
  const { session } = isRow ? argument : { session: null };
  const id = typeof session === 'object' && session !== null && 'id' in session ? session.id : null;
  return typeof id === 'number' ? app.store.get(id) : null;
}

/** Stops the session of a tree row, or the one that the status bar shows. */
export function stop(app: App, argument: unknown): void {
  const session = sessionIn(app, argument) ?? foremost(app.store.sessions);
  if (session === undefined) app.notices.info(vscode.l10n.t('Offloop is not recording.'));
  else app.recordings.stop(session.id);
}

/** Removes the session of a tree row, with what it found; one at work is stopped first. */
export function removeSession(app: App, argument: unknown): void {
  const session = sessionIn(app, argument);
  if (session === null) return;
  if (isActive(session)) app.recordings.stop(session.id);
  app.store.remove(({ id }) => id === session.id);
}

/** Gives the session of a tree row another name: the one of the second argument, else the one that the user types. */
export async function renameSession(
  app: Pick<App, 'store'>,
  argument: unknown,
  name: unknown,
): Promise<void> {
  const session = sessionIn(app, argument);
  if (session === null) return;
  const { l10n } = vscode;
  const typed =
    typeof name === 'string'
      ? name
      : await vscode.window.showInputBox({
          title: l10n.t('Rename the session'),
          prompt: l10n.t('Leave it empty for the name of its program.'),
          value: session.name ?? session.title,
        });
  if (typed !== undefined) app.store.rename(session.id, typed.trim() === '' ? null : typed.trim());
}

/** Forgets all findings; sessions at work go on. */
export function clearFindings(app: Pick<App, 'store'>): void {
  app.store.clear();
}

/** Lets the user choose among sessions that hold a report; undefined when there is none or none was chosen. */
export async function pickSession(
  app: Pick<App, 'notices' | 'store'>,
  title: string,
): Promise<Session | undefined> {
  const sessions = app.store.sessions.filter((session) => currentRun(session) !== null).reverse();
  if (sessions.length === 0) {
    app.notices.info(vscode.l10n.t('There is no session yet. Attach to a process first.'));
    return undefined;
  }
  if (sessions.length === 1) return sessions[0];
  const rows = sessions.map((session) => ({
    label: session.name ?? session.title,
    description: [
      ...distinction(session, vscode.l10n),
      countedFindings(findingCount(session, app.store.sessions), vscode.l10n),
    ].join(' · '),
    session,
  }));
  return (await vscode.window.showQuickPick(rows, { title }))?.session;
}
