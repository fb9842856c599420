import * as vscode from 'vscode';
import { emptyReport } from '../../investigation/emptyReport.ts';
import { skippedFolders } from '../../sources/skippedFolders.ts';
import type { ReportFinding } from '../../report/report.ts';
import type { App } from '../app.ts';
import { thresholdMs } from '../settings.ts';
import { signalOf } from '../signalOf.ts';
import type { Session } from '../state/session.ts';
import { scanText } from '../view/resultText.ts';
import { rootFor } from './roots.ts';
import { showResult } from './showResult.ts';

const sources = '**/*.{js,mjs,cjs,jsx,ts,mts,cts,tsx}';
const unwanted = `**/{${[...skippedFolders, '.git'].join(',')}}/**`;
/** A bound for workspaces that hold generated code; the rest is named in the log. */
const mostFiles = 2_000;

/** Marks calls of blocking APIs in all files of the workspace as hints, without any measurement. */
export async function scanWorkspace(app: App): Promise<Session | undefined> {
  const { l10n } = vscode;
  const files = await vscode.workspace.findFiles(sources, unwanted, mostFiles);
  if (files.length === mostFiles)
    app.resources.log.warn(`Only the first ${String(mostFiles)} files are scanned.`);
  const root = rootFor(null);
  const findings = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: l10n.t('Offloop: scanning'), cancellable: true },
    (progress, canceled) =>
      scanFiles(app, files, root, signalOf(canceled), (done) => {
        progress.report({ message: `${String(done)}/${String(files.length)}` });
      }),
  );
  const title = l10n.t('Workspace scan');
  const report = emptyReport(findings);
  const session = await app.addReport({ kind: 'scan', title, root, thresholdMs: thresholdMs() }, report);
  return showResult(app, session, scanText(findings.length, files.length, l10n));
}

async function scanFiles(
  app: Pick<App, 'resources'>,
  files: readonly vscode.Uri[],
  root: string,
  signal: AbortSignal,
  onFile: (done: number) => void,
): Promise<readonly ReportFinding[]> {
  const findings: ReportFinding[] = [];
  for (const [index, file] of files.entries()) {
    if (signal.aborted) break;
    onFile(index);
    const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
    const report = await app.resources.planner.ask('scan', { path: file.fsPath, text, root }, signal);
    findings.push(...report.findings);
  }
  return findings;
}
