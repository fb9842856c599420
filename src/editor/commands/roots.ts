import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { folderOf } from '../view/targetRows.ts';

/** Paths of the workspace's folders. */
export const folders = (): readonly string[] =>
  (vscode.workspace.workspaceFolders ?? [])
    .filter(({ uri }) => uri.scheme === 'file')
    .map(({ uri }) => uri.fsPath);

/** The root that file names of a session are relative to: the workspace folder of the target, or the first. */
export function rootFor(path: string | null): string {
  const all = folders();
  const own = path === null ? null : folderOf(path, all);
  return own ?? all[0] ?? path ?? homedir();
}
