import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { Assumption } from '../../remedies/assumption.ts';
import type { TextEdit } from '../../remedies/plan.ts';
import type { ExecutorNeed } from './executorNeed.ts';

/** What one fix does to the workspace. */
export interface FixChanges {
  readonly edits: readonly TextEdit[];
  /** What must hold and could not be proven: VS Code asks before it applies such a change. */
  readonly assumptions: readonly Assumption[];
  /** Null when the executor is not needed, or is there already. */
  readonly executor: ExecutorNeed | null;
  /** What the user should know once it is made. */
  readonly warnings: readonly string[];
  /** Versions of the documents that it was computed for, by path; null for a file that is yet to be made. */
  readonly versions: ReadonlyMap<string, number | null>;
}

/** Paths of the files that a fix changes or makes. */
export const pathsOf = ({ edits }: Pick<FixChanges, 'edits'>): readonly string[] => [
  ...new Set(edits.map(({ path }) => path)),
];

/** The versions of the documents that edits were computed for. */
export async function versionsOf(edits: readonly TextEdit[]): Promise<FixChanges['versions']> {
  const versions = new Map<string, number | null>();
  for (const path of pathsOf({ edits }))
    versions.set(path, (await existing(vscode.Uri.file(path)))?.version ?? null);
  return versions;
}

/** Whether a document has changed since a fix was computed for it, so that the offsets would be wrong. */
export async function hasMoved({ edits, versions }: FixChanges): Promise<boolean> {
  const now = await versionsOf(edits);
  return [...versions].some(([path, version]) => now.get(path) !== version);
}

/**
 * All changes of a fix as one edit, and so one undo. If the fix needs review, VS Code opens its preview: each
 * assumption is an unticked comment at its place that needs confirmation; the changes themselves are ticked.
 */
export async function fixEdit(
  { edits, assumptions }: FixChanges,
  title: string,
): Promise<vscode.WorkspaceEdit> {
  const edit = new vscode.WorkspaceEdit();
  for (const assumption of assumptions) await addAssumption(edit, assumption);
  const metadata = assumptions.length === 0 ? undefined : { label: title, needsConfirmation: false };
  for (const path of pathsOf({ edits })) {
    const own = edits.filter((each) => each.path === path);
    await addTextEdits(edit, vscode.Uri.file(path), own, metadata);
  }
  return edit;
}

/** A comment above the place of an assumption: the preview shows it unticked, so that it is read and not written. */
async function addAssumption(
  edit: vscode.WorkspaceEdit,
  { path, message, range }: Assumption,
): Promise<void> {
  const uri = vscode.Uri.file(path);
  const { line } = range.start;
  const document = await existing(uri);
  const own = document === null || line >= document.lineCount ? null : document.lineAt(line);
  const column = own?.firstNonWhitespaceCharacterIndex ?? 0;
  const comment = `// ${vscode.l10n.t('Please check: {0}', message.replaceAll(/\s+/g, ' '))}\n`;
  edit.insert(uri, new vscode.Position(line, column), comment + (own?.text.slice(0, column) ?? ''), {
    label: message,
    description: `${basename(path)}:${String(line + 1)}`,
    needsConfirmation: true,
    iconPath: new vscode.ThemeIcon('question'),
  });
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
