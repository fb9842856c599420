import * as vscode from 'vscode';

/** Where sessions of a window are kept from one time to the next; null where VS Code keeps nothing for it. */
export const savedFolder = ({ storageUri }: vscode.ExtensionContext): vscode.Uri | null =>
  storageUri?.scheme === 'file' ? vscode.Uri.joinPath(storageUri, 'sessions') : null;
