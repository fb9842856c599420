import { isAbsolute, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as vscode from 'vscode';
import type { ReportStackFrame } from '../../report/report.ts';

/**
 * The file of a stack frame when it lies inside the workspace, else null: a target names any path it likes, and only
 * the user's own files are opened for it.
 */
export function frameUri(frame: ReportStackFrame, root: string): vscode.Uri | null {
  if (frame.kind !== 'user' || frame.file === '' || frame.place === 'address') return null;
  const path = pathOf(frame.file, root);
  if (path === null) return null;
  const uri = vscode.Uri.file(path);
  return vscode.workspace.getWorkspaceFolder(uri) === undefined ? null : uri;
}

function pathOf(file: string, root: string): string | null {
  if (file.startsWith('file:')) {
    try {
      return fileURLToPath(file);
    } catch {
      return null; // A host part or an escaped slash: no path on this machine.
    }
  }
  if (/^[a-z][a-z0-9+.-]+:/i.test(file) && !isAbsolute(file)) return null;
  return resolve(root, file);
}
