import path from 'node:path';
import * as vscode from 'vscode';

/** The folder of this window: a copy of the scenario that the suite may change as it likes. */
export function workspaceFolder(): string {
  const folder = process.env['OFFLOOP_TEST_WORKSPACE'];
  if (folder === undefined) throw new Error('OFFLOOP_TEST_WORKSPACE is not set.');
  return folder;
}

/** The address of a file of the scenario, named relative to the workspace. */
export function fileUri(relative: string): vscode.Uri {
  return vscode.Uri.file(path.join(workspaceFolder(), relative));
}

/** Opens a file of the scenario in an editor. */
export async function openFile(relative: string): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(fileUri(relative)));
}
