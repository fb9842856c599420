import * as vscode from 'vscode';
import type { Assumption } from '../../remedies/assumption.ts';
import type { TextEdit } from '../../remedies/plan.ts';
import { OffloopError } from '../../base/offloopError.ts';
import type { AddedFile } from '../../investigation/helpers/plannerProtocol.ts';
import { changedMiddle } from './changedMiddle.ts';

/** What one fix does to the workspace. */
export interface FixChanges {
  readonly edits: readonly TextEdit[];
  /** Files that bring the executor into the project. */
  readonly added: readonly AddedFile[];
  /** What must hold and could not be proven: VS Code asks before it applies such a change. */
  readonly assumptions: readonly Assumption[];
  /** What the user should know once it is made. */
  readonly warnings: readonly string[];
}

/**
 * All changes of a fix as one edit that VS Code shows before it is made. Every change is ticked: VS Code leaves those
 * unticked that need confirmation, so only an empty one asks for it.
 */
export async function previewedEdit(label: string, changes: FixChanges): Promise<vscode.WorkspaceEdit> {
  const edit = await fixEdit(changes, { label, needsConfirmation: false });
  if (changes.assumptions.length > 0) return edit; // Their entries ask already.
  const [first] = edit.entries();
  const place = first?.[1][0]?.range.start;
  if (first !== undefined && place !== undefined)
    edit.insert(first[0], place, '', { label, needsConfirmation: true });
  return edit;
}

/** All changes of a fix as one edit: one undo. One that needs review opens the preview with its assumptions at their places. */
export async function fixEdit(
  { edits, added, assumptions }: FixChanges,
  metadata?: vscode.WorkspaceEditEntryMetadata,
): Promise<vscode.WorkspaceEdit> {
  const edit = new vscode.WorkspaceEdit();
  for (const { path, message, range } of assumptions) {
    const place = new vscode.Position(range.start.line, range.start.column);
    edit.insert(vscode.Uri.file(path), place, '', {
      label: vscode.l10n.t('Needs review'),
      description: message,
      needsConfirmation: true,
    });
  }
  for (const path of new Set(edits.map((each) => each.path))) {
    const own = edits.filter((each) => each.path === path);
    await addTextEdits(edit, vscode.Uri.file(path), own, metadata);
  }
  for (const file of added) await addFile(edit, file, metadata);
  return edit;
}

async function addTextEdits(
  edit: vscode.WorkspaceEdit,
  uri: vscode.Uri,
  edits: readonly TextEdit[],
  metadata: vscode.WorkspaceEditEntryMetadata | undefined,
): Promise<void> {
  const document = await existing(uri);
  if (document === null) {
    const contents = new TextEncoder().encode(edits.map(({ text }) => text).join(''));
    edit.createFile(uri, { contents }, metadata);
    return;
  }
  for (const { start, end, text } of edits) {
    const range = new vscode.Range(document.positionAt(start), document.positionAt(end));
    edit.replace(uri, range, text, metadata);
  }
}

async function addFile(
  edit: vscode.WorkspaceEdit,
  { path, exists, contentBase64 }: AddedFile,
  metadata: vscode.WorkspaceEditEntryMetadata | undefined,
): Promise<void> {
  const uri = vscode.Uri.file(path);
  const contents = Buffer.from(contentBase64, 'base64');
  if (!exists || path.endsWith('.tgz')) {
    edit.createFile(uri, { contents, overwrite: true }, metadata);
    return;
  }
  const document = await vscode.workspace.openTextDocument(uri);
  // What was computed from the file on disk would take back what was typed since.
  if (document.isDirty) throw new OffloopError('bad-input', `${path} has unsaved changes: save it first.`);
  const change = changedMiddle(document.getText(), contents.toString('utf8'));
  const range = new vscode.Range(document.positionAt(change.start), document.positionAt(change.end));
  edit.replace(uri, range, change.text, metadata);
}

async function existing(uri: vscode.Uri): Promise<vscode.TextDocument | null> {
  const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
  if (open !== undefined) return open;
  try {
    await vscode.workspace.fs.stat(uri);
  } catch {
    return null; // A plan names files that are yet to be made.
  }
  return vscode.workspace.openTextDocument(uri);
}
