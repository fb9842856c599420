import { dirname } from 'node:path';
import * as vscode from 'vscode';
import type { PlannedRemedy } from '../../investigation/plannerProtocol.ts';
import { openPlace } from '../openPlace.ts';
import type { Offloop } from '../offloop.ts';
import { previewedEdit, type FixChanges } from './fixEdit.ts';

/** Shows what a fix would change, each change to be ticked, before any is made. */
export async function previewFix(label: string, changes: FixChanges): Promise<void> {
  if (!(await vscode.workspace.applyEdit(await previewedEdit(label, changes)))) return;
  await fixApplied(
    changes.added.map(({ path }) => path),
    changes.warnings,
  );
}

/** After a fix: says what it warns of; where it brought the executor, saves package.json and offers to install it. */
export async function fixApplied(paths: readonly string[], warnings: readonly string[]): Promise<void> {
  const { l10n } = vscode;
  if (warnings.length > 0) void vscode.window.showWarningMessage(warnings.join(' '));
  const manifest = paths.find((path) => path.endsWith('package.json'));
  for (const document of vscode.workspace.textDocuments) {
    if (document.isDirty && paths.includes(document.uri.fsPath)) await document.save();
  }
  if (manifest === undefined) return;
  const install = l10n.t('Run npm install');
  const message = l10n.t('The executor was added to package.json and must be installed once.');
  void vscode.window.showInformationMessage(message, install).then((answer) => {
    if (answer !== install) return;
    const terminal = vscode.window.createTerminal({ name: 'npm install', cwd: dirname(manifest) });
    terminal.show();
    terminal.sendText('npm install');
  });
}

/** Says why a call cannot be moved and shows what stands in the way. */
export async function explainRefusal(
  app: Offloop,
  refusal: NonNullable<PlannedRemedy['refusal']>,
): Promise<void> {
  const place = { uri: vscode.Uri.file(refusal.path), range: refusal.range, findingId: null };
  const editor = await openPlace(place, app.placements);
  const { start, end } = refusal.range;
  editor.selection = new vscode.Selection(start.line, start.column, end.line, end.column);
  void vscode.window.showInformationMessage(refusal.message);
}

/** Opens the quick-fix menu at a call. */
export async function showFixes(uri: vscode.Uri, range: vscode.Range): Promise<void> {
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document, { selection: new vscode.Range(range.start, range.start) });
  await vscode.commands.executeCommand('editor.action.quickFix');
}
