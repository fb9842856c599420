import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Report } from '../../report/report.ts';
import type { App } from '../app.ts';
import { signalOf } from '../signalOf.ts';
import { countedFindings } from '../view/counted.ts';
import { distinction } from '../view/sessionName.ts';
import { currentRun, foremost, type Session } from '../state/session.ts';

/** The session that a tree row stands for; null for other arguments. */
function sessionIn(app: Pick<App, 'store'>, argument: unknown): Session | null {
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
    label: session.title,
    description: [
      ...distinction(session, vscode.l10n),
      countedFindings(currentRun(session)?.report.findings.length ?? 0, vscode.l10n),
    ].join(' · '),
    session,
  }));
  return (await vscode.window.showQuickPick(rows, { title }))?.session;
}

/** Saves a session's report as JSON or as SARIF, by its name: to `destination`, or to the file that the user chooses. */
export async function exportSession(
  app: App,
  argument: unknown,
  destination: unknown,
): Promise<vscode.Uri | undefined> {
  const { l10n } = vscode;
  const session = sessionIn(app, argument) ?? (await pickSession(app, l10n.t('Export which session?')));
  const report = session === undefined ? undefined : currentRun(session)?.report;
  if (session === undefined || report === undefined) return undefined;
  const uri = destination instanceof vscode.Uri ? destination : await askDestination(session);
  if (uri === undefined) return undefined;
  const isSarif = uri.path.endsWith('.sarif');
  const { exportSarif } = await import('../../report/exportSarif.ts');
  const planned = await plannedWithProject(app, session, report);
  const content = isSarif ? exportSarif(planned, session.root, app.resources.version) : planned;
  await writeFile(uri.fsPath, `${JSON.stringify(content, null, 2)}\n`);
  const open = { title: l10n.t('Open'), run: () => vscode.window.showTextDocument(uri) };
  app.notices.info(l10n.t('The session was saved to {0}.', uri.fsPath), open);
  return uri;
}

/** The report with remedies as the command line plans them, which looks at all callers. */
function plannedWithProject(
  app: Pick<App, 'resources'>,
  { root }: Session,
  report: Report,
): Thenable<Report> {
  const title = vscode.l10n.t('Offloop: planning the fixes');
  return vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, (_progress, token) =>
    app.resources.planner.ask('propose', { report, root }, signalOf(token)),
  );
}

function askDestination({ title, root }: Session): Thenable<vscode.Uri | undefined> {
  const { l10n } = vscode;
  const name = `offloop-${title.replaceAll(/[^\w.-]+/g, '-')}.json`;
  return vscode.window.showSaveDialog({
    title: l10n.t('Export the session'),
    defaultUri: vscode.Uri.file(join(root, name)),
    filters: { [l10n.t('Report')]: ['json'], SARIF: ['sarif'] },
  });
}
