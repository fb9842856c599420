import * as vscode from 'vscode';
import { commandIds, innerCommandIds } from '../ids.ts';
import { isActive } from '../state/session.ts';
import { changedText, lensText } from '../view/findingText.ts';
import { withoutIcons } from '../view/escapeMarkdown.ts';
import { showsCodeLenses } from '../settings.ts';
import type { Placed, Placements } from './placements.ts';

/** After a session: what was measured, above each call. While recording they are absent, as lenses move lines. */
export class CodeLenses implements vscode.CodeLensProvider, vscode.Disposable {
  readonly #placements: Placements;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.#changed.event;

  constructor(placements: Placements) {
    this.#placements = placements;
  }

  /** Asks VS Code to ask again. */
  refresh(): void {
    this.#changed.fire();
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    if (!showsCodeLenses()) return [];
    return this.#placements
      .inDocument(document)
      .filter(({ view }) => view.session.kind !== 'scan' && !isActive(view.session))
      .flatMap((placed) => lensesOf(document, placed));
  }

  dispose(): void {
    this.#changed.dispose();
  }
}

function lensesOf(document: vscode.TextDocument, { view, range, edited }: Placed): vscode.CodeLens[] {
  const { l10n } = vscode;
  const text = (edited ? changedText : lensText)(view, l10n);
  const title = `$(${view.verdict === 'gone' ? 'pass' : 'dashboard'})\u00a0${withoutIcons(text)}`;
  const numbers = new vscode.CodeLens(range, { title, command: '' });
  if (edited || view.verdict === 'gone') return [numbers];
  const fixes = {
    title: l10n.t('Fix…'),
    command: innerCommandIds.showFixes,
    arguments: [document.uri, range],
  };
  const timeline = {
    title: l10n.t('Timeline'),
    command: commandIds.showTimeline,
    arguments: [{ session: { id: view.session.id }, finding: view.id }],
  };
  return [numbers, new vscode.CodeLens(range, fixes), new vscode.CodeLens(range, timeline)];
}
