import * as vscode from 'vscode';
import type { Range } from '../base/position.ts';
import { settingNames } from './ids.ts';
import type { Notices } from './notices.ts';
import type { Placements } from './surfaces/placements.ts';
import { editorRange } from './editorRange.ts';

/** A place in a file; with a finding's id, wherever that finding is by now. Zero-based. */
export interface OpenPlace {
  readonly uri: vscode.Uri;
  readonly range: Range;
  readonly findingId: string | null;
  /** The same place in the script that ran, where the source is not on this machine. */
  readonly compiled: { readonly uri: vscode.Uri; readonly range: Range } | null;
}

/** Opens a file at a place, which is put in the middle; where it is not here, what was compiled from it, or a message. */
export async function openPlace(
  { uri: address, range, findingId, compiled }: OpenPlace,
  placements: Placements,
  notices: Notices,
): Promise<vscode.TextEditor | undefined> {
  // A link of a page has it as JSON.
  const uri = vscode.Uri.from(address);
  const document = await documentAt(uri);
  if (document !== null) {
    const placed =
      findingId === null
        ? undefined
        : placements.inDocument(document).find(({ view }) => view.id === findingId);
    return show(document, placed?.range ?? editorRange(range));
  }
  const script = compiled === null ? null : await documentAt(vscode.Uri.from(compiled.uri));
  const { l10n } = vscode;
  const missing = vscode.workspace.asRelativePath(uri);
  const map = {
    title: l10n.t('Map Paths'),
    run: () =>
      vscode.commands.executeCommand('workbench.action.openSettings', `offloop.${settingNames.pathMappings}`),
  };
  if (script === null || compiled === null) {
    notices.warn(
      l10n.t('{0} is not on this machine. If it is in another folder, map its path.', missing),
      map,
    );
    return undefined;
  }
  const shown = vscode.workspace.asRelativePath(vscode.Uri.from(compiled.uri));
  notices.info(
    l10n.t('{0} is not on this machine: this is {1}, which was compiled from it.', missing, shown),
    map,
  );
  return show(script, editorRange(compiled.range));
}

/** The document at a place; null if there is no such file, or it cannot be shown as text. */
async function documentAt(uri: vscode.Uri): Promise<vscode.TextDocument | null> {
  try {
    return await vscode.workspace.openTextDocument(uri);
  } catch {
    return null; // The caller says what is missing.
  }
}

async function show(document: vscode.TextDocument, selection: vscode.Range): Promise<vscode.TextEditor> {
  const editor = await vscode.window.showTextDocument(document, {
    // The timeline stays visible: sources open in the group of the text editors.
    viewColumn: vscode.window.activeTextEditor?.viewColumn ?? vscode.ViewColumn.One,
    selection: new vscode.Range(selection.start, selection.start),
  });
  editor.revealRange(selection, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  return editor;
}
