import * as vscode from 'vscode';
import { isActive } from '../state/session.ts';
import { changedText, lineEndText } from '../view/findingText.ts';
import { showsLiveNumbers } from '../settings.ts';
import type { Placed, Placements } from './placements.ts';

const gap = '0 0 0 3ch';

/** Quiet numbers behind the lines of calls that block: they come and go without moving any text. */
export class LineEnds implements vscode.Disposable {
  readonly #placements: Placements;
  readonly #blocking = vscode.window.createTextEditorDecorationType({
    overviewRulerColor: new vscode.ThemeColor('editorInfo.foreground'),
    overviewRulerLane: vscode.OverviewRulerLane.Right,
  });
  readonly #numbers = vscode.window.createTextEditorDecorationType({
    after: { color: new vscode.ThemeColor('editorCodeLens.foreground'), margin: gap, fontStyle: 'normal' },
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });

  constructor(placements: Placements) {
    this.#placements = placements;
  }

  /** Redraws all visible editors. */
  refresh(): void {
    for (const editor of vscode.window.visibleTextEditors) this.refreshEditor(editor);
  }

  /** Redraws one editor. */
  refreshEditor(editor: vscode.TextEditor): void {
    const placed = this.#placements
      .inDocument(editor.document)
      .filter(({ view }) => view.session.kind !== 'scan');
    editor.setDecorations(
      this.#blocking,
      placed.filter(({ edited, view }) => !edited && view.verdict !== 'gone').map(({ range }) => range),
    );
    const live = showsLiveNumbers() ? placed.filter(({ view }) => isActive(view.session)) : [];
    editor.setDecorations(
      this.#numbers,
      firstPerLine(live).map((each) => lineEnd(editor.document, each)),
    );
  }

  dispose(): void {
    this.#blocking.dispose();
    this.#numbers.dispose();
  }
}

/** Two findings of one line would push each other aside: the one that blocked longer is shown. */
function firstPerLine(placed: readonly Placed[]): readonly Placed[] {
  const byLine = new Map<number, Placed>();
  for (const each of placed) {
    const { line } = each.range.start;
    const other = byLine.get(line);
    if (other === undefined || each.view.finding.totalMs > other.view.finding.totalMs) byLine.set(line, each);
  }
  return [...byLine.values()];
}

function lineEnd(document: vscode.TextDocument, { view, range, edited }: Placed): vscode.DecorationOptions {
  const { end } = document.lineAt(range.start.line).range;
  const contentText = (edited ? changedText : lineEndText)(view, vscode.l10n);
  return { range: new vscode.Range(end, end), renderOptions: { after: { contentText } } };
}
