import * as vscode from 'vscode';
import type { Range } from '../base/position.ts';
import type { Placements } from './surfaces/placements.ts';

/** A place in a file; with a finding's id, wherever that finding is by now. Zero-based. */
export interface OpenPlace {
  readonly uri: vscode.Uri;
  readonly range: Range;
  readonly findingId: string | null;
}

/** Opens a file at a place, which is put in the middle. */
export async function openPlace(
  { uri, range, findingId }: OpenPlace,
  placements: Placements,
): Promise<vscode.TextEditor> {
  const document = await vscode.workspace.openTextDocument(uri);
  const placed =
    findingId === null
      ? undefined
      : placements.inDocument(document).find(({ view }) => view.id === findingId);
  const { start, end } = range;
  const selection = placed?.range ?? new vscode.Range(start.line, start.column, end.line, end.column);
  const editor = await vscode.window.showTextDocument(document, {
    selection: new vscode.Range(selection.start, selection.start),
  });
  editor.revealRange(selection, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  return editor;
}
