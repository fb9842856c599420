import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { ReportStackFrame } from '../../report/report.ts';
import type { Explanations, Reason } from '../fixes/explanations.ts';
import { refusalAdvice } from '../../wording/refusalAdvice.ts';
import { escapeMarkdown } from '../view/escapeMarkdown.ts';
import { plain } from '../view/findingText.ts';
import { hoverModel } from '../view/hoverLines.ts';
import { frameUri } from './frameLinks.ts';
import type { Placed, Placements } from './placements.ts';

/** What blocked, why, for whom, and by which path; why it cannot be moved, where the user asked. All foreign text is escaped. */
export class Hovers implements vscode.HoverProvider {
  readonly #placements: Placements;
  readonly #explanations: Explanations;

  constructor(placements: Placements, explanations: Explanations) {
    this.#placements = placements;
    this.#explanations = explanations;
  }

  provideHover(document: vscode.TextDocument, position: vscode.Position): vscode.Hover | undefined {
    const [placed] = this.#placements
      .at(document, new vscode.Range(position, position))
      .filter(({ edited }) => !edited);
    if (placed === undefined) return undefined;
    const reasons = this.#explanations.at(document, position);
    const texts = [...(reasons.length === 0 ? [] : [reasonsText(reasons, document)]), findingText(placed)];
    return new vscode.Hover(texts.map(markdownOf), placed.range);
  }
}

function markdownOf(text: string): vscode.MarkdownString {
  const markdown = new vscode.MarkdownString(text);
  markdown.isTrusted = false;
  return markdown;
}

function findingText({ view }: Placed): string {
  const model = hoverModel(view, vscode.l10n);
  const lines = [
    `**${escapeMarkdown(model.numbers)}**`,
    ...[model.cause, model.request, model.stackTitle].flatMap((line) =>
      line === null ? [] : [escapeMarkdown(line)],
    ),
    model.frames.map((frame) => frameLine(frame, view.session.root)).join('\n'),
  ];
  return lines.join('\n\n');
}

/** Each reason once, with the remedies that it stands in the way of. */
function reasonsText(reasons: readonly Reason[], document: vscode.TextDocument): string {
  const byMessage = new Map<string, readonly Reason[]>();
  for (const reason of reasons) {
    const { message } = reason.refusal;
    byMessage.set(message, [...(byMessage.get(message) ?? []), reason]);
  }
  const lines = [...byMessage.values()].map((same) => reasonLine(same, document));
  return [`**${escapeMarkdown(vscode.l10n.t('Why this call can’t move'))}**`, lines.join('\n')].join('\n\n');
}

function reasonLine(same: readonly Reason[], document: vscode.TextDocument): string {
  const [first] = same;
  if (first === undefined) return '';
  const { code, message, path, range } = first.refusal;
  const titles = [...new Set(same.map(({ title }) => title))].join(', ');
  const uri = vscode.Uri.file(path);
  const isElsewhere = uri.fsPath !== document.uri.fsPath;
  const line = String(range.start.line + 1);
  const fragment = `L${line},${String(range.start.column + 1)}`;
  const place = isElsewhere ? `${basename(path)}:${line}` : vscode.l10n.t('line {0}', line);
  const link = `[${escapeMarkdown(place)}](${uri.with({ fragment }).toString()})`;
  const oneLine = message.replaceAll(/\s+/g, ' ');
  const advice = refusalAdvice[code];
  const helps = advice === null ? '' : ` ${vscode.l10n.t('What helps: {0}', vscode.l10n.t(advice))}`;
  return `- *${escapeMarkdown(titles)}*: ${escapeMarkdown(oneLine)} (${link})${escapeMarkdown(helps)}`;
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
