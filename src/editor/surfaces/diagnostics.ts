import * as vscode from 'vscode';
import { groupOf } from '../../report/findingGroup.ts';
import { messageOf } from '../view/findingText.ts';
import { isProblem } from '../view/hoverLines.ts';
import { findingSeverity } from '../settings.ts';
import type { Placed, Placements } from './placements.ts';

/** The name that problems carry. */
export const diagnosticSource = 'Offloop';

/** Findings as entries of the Problems panel, at the exact calls. */
export class Diagnostics implements vscode.Disposable {
  readonly #placements: Placements;
  readonly #causePages: vscode.Uri;
  readonly #collection = vscode.languages.createDiagnosticCollection('offloop');

  /** `causePages` is the folder with a page per cause. */
  constructor(placements: Placements, causePages: vscode.Uri) {
    this.#placements = placements;
    this.#causePages = causePages;
  }

  /** Updates the diagnostics of all findings. */
  refresh(): void {
    const recorded = this.#placements.asRecorded();
    const open = new Map(vscode.workspace.textDocuments.map((document) => [document.uri.fsPath, document]));
    this.#collection.forEach((uri) => {
      if (!recorded.has(uri.fsPath)) this.#collection.delete(uri);
    });
    for (const [path, placed] of recorded) {
      const uri = vscode.Uri.file(path);
      const document = open.get(uri.fsPath);
      this.#set(uri, document === undefined ? placed : this.#placements.inDocument(document));
    }
  }

  /** Updates the diagnostics of one document after an edit. */
  refreshDocument(document: vscode.TextDocument): void {
    const placed = this.#placements.inDocument(document);
    if (placed.length > 0 || this.#collection.has(document.uri)) this.#set(document.uri, placed);
  }

  dispose(): void {
    this.#collection.dispose();
  }

  #set(uri: vscode.Uri, placed: readonly Placed[]): void {
    this.#collection.set(
      uri,
      placed.filter(isShown).map((each) => diagnosticOf(each, this.#causePages)),
    );
  }
}

/** A call that was changed has no problem until it is measured again. */
const isShown = ({ view, edited }: Placed): boolean => !edited && isProblem(view);

function diagnosticOf({ view, range }: Placed, causePages: vscode.Uri): vscode.Diagnostic {
  // A block during start-up delays no request.
  const isHint = view.session.kind === 'scan' || groupOf(view.finding, view.run.report) === 'startup';
  const severity = isHint ? vscode.DiagnosticSeverity.Hint : findingSeverity();
  const diagnostic = new vscode.Diagnostic(range, messageOf(view, vscode.l10n), severity);
  diagnostic.source = diagnosticSource;
  const { cause } = view.finding;
  diagnostic.code = { value: cause, target: vscode.Uri.joinPath(causePages, `${cause}.md`) };
  return diagnostic;
}
