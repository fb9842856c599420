import * as vscode from 'vscode';
import type { ReportStackFrame } from '../../report/report.ts';
import { escapeMarkdown } from '../view/escapeMarkdown.ts';
import { plain } from '../view/findingText.ts';
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
  const lines = [
    `**${escapeMarkdown(model.numbers)}**`,
    ...[model.cause, model.request, model.stackTitle].flatMap((line) =>
      line === null ? [] : [escapeMarkdown(line)],
    ),
    model.frames.map((frame) => frameLine(frame, view.session.root)).join('\n'),
  ];
  const text = new vscode.MarkdownString(lines.join('\n\n'));
  text.isTrusted = false;
  return text;
}

function frameLine(frame: ReportStackFrame, root: string): string {
  const name = plain(frame.function === '' ? vscode.l10n.t('(anonymous)') : frame.function);
  const file = plain(frame.file.split(/[\\/]/).at(-1) ?? '');
  // Native code has no file.
  const place = file === '' ? '' : `${file}:${String(frame.line)}`;
  const uri = frameUri(frame, root);
  if (uri === null) return `- *${escapeMarkdown(`${name} ${place}`.trim())}*`;
  const target = uri.with({ fragment: `L${String(frame.line)},${String(frame.column)}` }).toString();
  return `- ${escapeMarkdown(name)} [${escapeMarkdown(place)}](${target})`;
}
