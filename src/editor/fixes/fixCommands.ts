import { dirname } from 'node:path';
import * as vscode from 'vscode';
import type { PlannedRemedy } from '../../investigation/helpers/plannerProtocol.ts';
import { openPlace } from '../openPlace.ts';
import type { Offloop } from '../offloop.ts';
import { previewedEdit, type FixChanges } from './fixEdit.ts';

/** Shows what a fix would change, each change to be ticked, before any is made. */
export async function previewFix(app: Offloop, label: string, changes: FixChanges): Promise<void> {
  if (!(await vscode.workspace.applyEdit(await previewedEdit(label, changes)))) return;
  await fixApplied(
    app,
    changes.added.map(({ path }) => path),
    changes.warnings,
  );
}

/** After a fix: says what it warns of; where it brought the executor, saves package.json and offers to install it. */
export async function fixApplied(
  app: Offloop,
  paths: readonly string[],
  warnings: readonly string[],
): Promise<void> {
  const { l10n } = vscode;
  if (warnings.length > 0) app.notices.warn(warnings.join(' '));
  const manifest = paths.find((path) => path.endsWith('package.json'));
  for (const document of vscode.workspace.textDocuments) {
    if (document.isDirty && paths.includes(document.uri.fsPath)) await document.save();
  }
  if (manifest === undefined) return;
  const install = (): void => {
    const terminal = vscode.window.createTerminal({ name: 'npm install', cwd: dirname(manifest) });
    terminal.show();
    terminal.sendText('npm install');
  };
  app.notices.info(l10n.t('The executor was added to package.json and must be installed once.'), {
    title: l10n.t('Run npm install'),
    run: install,
  });
}

/** Says all reasons for which a call cannot be moved and shows what stands in the way. */
export async function explainRefusals(
  app: Offloop,
  refusals: readonly NonNullable<PlannedRemedy['refusal']>[],
): Promise<void> {
  const [refusal] = refusals;
  if (refusal === undefined) return;
  const place = { uri: vscode.Uri.file(refusal.path), range: refusal.range, findingId: null };
  const editor = await openPlace(place, app.placements);
  const { start, end } = refusal.range;
  editor.selection = new vscode.Selection(start.line, start.column, end.line, end.column);
  app.notices.info([...new Set(refusals.map(({ message }) => message))].join(' '));
}

/** Opens the quick-fix menu at a call. */
export async function showFixes(uri: vscode.Uri, range: vscode.Range): Promise<void> {
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document, { selection: new vscode.Range(range.start, range.start) });
  await vscode.commands.executeCommand('editor.action.quickFix');
}
