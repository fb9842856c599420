import * as vscode from 'vscode';

/** Files as the editor has them, where that differs from the disk. */
export const unsavedTexts = (): { path: string; text: string }[] =>
  vscode.workspace.textDocuments
    .filter(({ isDirty, uri }) => isDirty && uri.scheme === 'file')
    .map((document) => ({ path: document.uri.fsPath, text: document.getText() }));
