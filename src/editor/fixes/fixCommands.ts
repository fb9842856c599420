import * as vscode from 'vscode';
import type { App } from '../app.ts';
import type { Reason } from './explanations.ts';

/** Shows at a call, which is selected, why it cannot be moved: in its hover, which takes as much text as there is. */
export async function explain(
  app: Pick<App, 'explanations'>,
  uri: vscode.Uri,
  range: vscode.Range,
  reasons: readonly Reason[],
): Promise<void> {
  const document = await vscode.workspace.openTextDocument(uri);
  const editor = await vscode.window.showTextDocument(document, { selection: range });
  editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  // A hover is asked for at the cursor, which has to be inside of the call.
  editor.selection = new vscode.Selection(range.end, range.start);
  app.explanations.set(document, range, reasons);
  await vscode.commands.executeCommand('editor.action.showHover', { focus: 'autoFocusImmediately' });
}

/** Opens the quick-fix menu at a call. */
export async function showFixes(uri: vscode.Uri, range: vscode.Range): Promise<void> {
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document, { selection: new vscode.Range(range.start, range.start) });
  await vscode.commands.executeCommand('editor.action.quickFix');
}
