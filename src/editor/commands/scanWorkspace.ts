import * as vscode from 'vscode';
import type { App } from '../app.ts';
import { thresholdMs } from '../settings.ts';
import { signalOf } from '../signalOf.ts';
import type { Session } from '../state/session.ts';
import { unsavedTexts } from '../unsavedTexts.ts';
import { scanText } from '../view/resultText.ts';
import { folders, rootFor } from './roots.ts';
import { showResult } from './showResult.ts';

/** Marks calls of blocking APIs in all files of the workspace as hints, without any measurement. */
export async function scanWorkspace(app: App): Promise<Session | undefined> {
  const { l10n } = vscode;
  const root = rootFor(null);
  const { report, files } = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: l10n.t('Offloop: scanning'), cancellable: true },
    (_progress, canceled) =>
      app.resources.planner.ask(
        'scan',
        { folders: folders(), root, unsaved: unsavedTexts() },
        signalOf(canceled),
      ),
  );
  const title = l10n.t('Workspace scan');
  const session = await app.addReport({ kind: 'scan', title, root, thresholdMs: thresholdMs() }, report);
  return showResult(app, session, scanText(report.findings.length, files, l10n));
}
