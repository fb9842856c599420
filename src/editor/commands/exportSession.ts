import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { endingOf, reportEndings, writeReport, type ReportEnding } from '../../report/exports/writeReport.ts';
import type { Report } from '../../report/report.ts';
import { causeTexts } from '../../wording/causeTexts.ts';
import type { App } from '../app.ts';
import { signalOf } from '../signalOf.ts';
import { currentRun, type Session } from '../state/session.ts';
import { pickSession, sessionIn } from './sessions.ts';

/** Saves a session's report in the form that its name asks for: to `destination`, or to the file that the user chooses. */
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
  const planned = await plannedWithProject(app, session, report);
  const context = {
    root: session.root,
    version: app.resources.version,
    causeText: (cause: keyof typeof causeTexts) => l10n.t(causeTexts[cause]),
  };
  await writeFile(uri.fsPath, writeReport(planned, endingOf(uri.path), context));
  const open = { title: l10n.t('Open'), run: () => vscode.commands.executeCommand('vscode.open', uri) };
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

/** What a form is good for. */
function formText(ending: ReportEnding): { readonly label: string; readonly detail: string } {
  const { l10n } = vscode;
  switch (ending) {
    case '.json':
      return {
        label: l10n.t('JSON'),
        detail: l10n.t('The whole report: to compare with another one, to fix it.'),
      };
    case '.html':
      return { label: l10n.t('Web page'), detail: l10n.t('One file to show to others. It has no scripts.') };
    case '.md':
      return { label: l10n.t('Markdown'), detail: l10n.t('For an issue or a pull request.') };
    case '.sarif':
      return { label: 'SARIF', detail: l10n.t('For code scanning.') };
    case '.trace.json':
      return {
        label: l10n.t('Chrome trace'),
        detail: l10n.t('The blocks over time, for Perfetto and DevTools.'),
      };
    case '.cpuprofile':
      return {
        label: l10n.t('CPU profile'),
        detail: l10n.t(
          'The stacks of the blocks on the main thread, for any viewer. The time between blocks is idle.',
        ),
      };
  }
}

/** Asks for the form first: save dialogs hide it in a corner, or do not have it. */
async function askDestination({ title, root }: Session): Promise<vscode.Uri | undefined> {
  const { l10n } = vscode;
  const rows = reportEndings.map((ending) => ({ ...formText(ending), description: ending, ending }));
  const row = await vscode.window.showQuickPick(rows, {
    title: l10n.t('Export the session as'),
    matchOnDetail: true,
  });
  if (row === undefined) return undefined;
  const name = `offloop-${title.replaceAll(/[^\w.-]+/g, '-')}${row.ending}`;
  return vscode.window.showSaveDialog({
    title: l10n.t('Export the session'),
    defaultUri: vscode.Uri.file(join(root, name)),
    filters: { [row.label]: [row.ending.slice(1)] },
  });
}
