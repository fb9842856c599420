import * as vscode from 'vscode';
import type { ReportStackFrame } from '../../analysis/report.ts';
import { hoverModel } from '../view/hoverLines.ts';
import { frameUri } from './frameLinks.ts';
import type { Placed, Placements } from './placements.ts';

/** What blocked, why, for whom, and by which path; every text of the target is escaped. */
export class Hovers implements vscode.HoverProvider {
  readonly #placements: Placements;

  constructor(placements: Placements) {
    this.#placements = placements;
  }

  provideHover(document: vscode.TextDocument, position: vscode.Position): vscode.Hover | undefined {
    const [placed] = this.#placements
      .at(document, new vscode.Range(position, position))
      .filter(({ edited }) => !edited);
    return placed === undefined ? undefined : new vscode.Hover(markdownOf(placed), placed.range);
  }
}

function markdownOf({ view }: Placed): vscode.MarkdownString {
  const model = hoverModel(view, vscode.l10n);
  const text = new vscode.MarkdownString();
  text.isTrusted = false;
  text.appendMarkdown('**').appendText(model.title).appendMarkdown('**\n\n');
  text.appendText(model.numbers).appendMarkdown('\n\n');
  text.appendText(model.cause).appendMarkdown('\n\n');
  if (model.request !== null) text.appendText(model.request).appendMarkdown('\n\n');
  if (model.stackTitle !== null) text.appendText(model.stackTitle).appendMarkdown('\n\n');
  for (const frame of model.frames) appendFrame(text, frame, view.session.root);
  return text;
}

function appendFrame(text: vscode.MarkdownString, frame: ReportStackFrame, root: string): void {
  const name = frame.function === '' ? vscode.l10n.t('(anonymous)') : frame.function;
  const place = `${frame.file.split(/[\\/]/).at(-1) ?? ''}:${String(frame.line)}`;
  const uri = frameUri(frame, root);
  text.appendMarkdown('- ');
  if (uri === null) text.appendMarkdown('*').appendText(`${name} ${place}`.trim()).appendMarkdown('*\n');
  else {
    const target = uri.with({ fragment: `L${String(frame.line)},${String(frame.column)}` }).toString();
    text.appendText(`${name} `).appendMarkdown('[').appendText(place).appendMarkdown(`](${target})\n`);
  }
}
