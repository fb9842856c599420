import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import type { App } from '../app.ts';
import { pathMappings, thresholdMs } from '../settings.ts';
import type { Session } from '../state/session.ts';
import { profileText } from '../view/resultText.ts';
import { rootFor } from './roots.ts';
import { showResult } from './showResult.ts';

/** Shows the blocks of a `.cpuprofile` file: the one at `uri`, or one that the user picks. */
export async function openProfile(app: App, uri: unknown): Promise<Session | undefined> {
  const file = uri instanceof vscode.Uri ? uri : await pickProfile();
  if (file === undefined) return undefined;
  const path = file.fsPath;
  const root = rootFor(dirname(path));
  const threshold = thresholdMs();
  const title = vscode.l10n.t('Reading {0}', basename(path));
  const report = await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, () =>
    app.resources.planner.ask('profile', { path, root, thresholdMs: threshold, mappings: pathMappings() }),
  );
  const opened = { kind: 'profile', title: basename(path), root, thresholdMs: threshold } as const;
  const session = await app.addReport(opened, report);
  return showResult(app, session, profileText(session, vscode.l10n));
}

async function pickProfile(): Promise<vscode.Uri | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    title: vscode.l10n.t('Open a CPU profile'),
    filters: { [vscode.l10n.t('CPU profiles')]: ['cpuprofile'] },
    canSelectMany: false,
  });
  return chosen?.[0];
}
