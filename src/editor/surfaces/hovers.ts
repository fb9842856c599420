import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { ReportStackFrame } from '../../report/report.ts';
import { commandIds, innerCommandIds } from '../ids.ts';
import type { Explanations, Reason } from '../fixes/explanations.ts';
import { refusalAdvice } from '../../wording/refusalAdvice.ts';
import { escapeMarkdown } from '../view/escapeMarkdown.ts';
import { plain } from '../view/findingText.ts';
import { hoverModel, isProblem } from '../view/hoverLines.ts';
import { frameUri } from './frameLinks.ts';
import type { Placed, Placements } from './placements.ts';

/**
 * What blocked, for whom, and by which path; why it cannot be moved, where the user asked. All foreign text is escaped, and in
 * texts that run no command: only the links below them do, which hold no name of the target's.
 */
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
    const shown = texts.filter((text) => text !== '').map(markdownOf);
    return new vscode.Hover([...shown, linksTo(placed)], placed.range);
  }
}

function markdownOf(text: string): vscode.MarkdownString {
  const markdown = new vscode.MarkdownString(text);
  markdown.isTrusted = false;
  return markdown;
}

function findingText({ view }: Placed): string {
  const { sentence, outcome, route, frames } = hoverModel(view, vscode.l10n);
  const lines = [sentence, outcome, route].flatMap((line) => (line === null ? [] : [escapeMarkdown(line)]));
  const stack = frames.map((frame) => frameLine(frame, view.session.root)).join('\n');
  return [...lines, ...(stack === '' ? [] : [stack])].join('\n\n');
}

/** The commands of a hover. Their arguments are a number, an id of ours, and a cause. */
function linksTo({ view }: Placed): vscode.MarkdownString {
  const { l10n } = vscode;
  const place = { session: { id: view.session.id }, finding: view.id };
  const links = [
    ...(isProblem(view) ? [commandLink(l10n.t('Fix'), commandIds.fixFinding, place)] : []),
    ...(view.session.kind === 'scan'
      ? []
      : [commandLink(l10n.t('Timeline'), commandIds.showTimeline, place)]),
    commandLink(l10n.t('What is this?'), innerCommandIds.showCause, view.finding.cause),
  ];
  const markdown = new vscode.MarkdownString(links.join(' \u00a0 '));
  markdown.isTrusted = {
    enabledCommands: [commandIds.fixFinding, commandIds.showTimeline, innerCommandIds.showCause],
  };
  return markdown;
}

/** A link that runs a command. What Markdown could take for its end is encoded, too. */
function commandLink(title: string, command: string, argument: unknown): string {
  const encoded = encodeURIComponent(JSON.stringify([argument])).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16)}`,
  );
  return `[${escapeMarkdown(title)}](command:${command}?${encoded})`;
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
  const place = `${plain(frame.file.split(/[\\/]/).at(-1) ?? '')}:${String(frame.line)}`;
  const uri = frameUri(frame, root);
  if (uri === null) return `- ${escapeMarkdown(`${name} ${place}`)}`;
  const target = uri.with({ fragment: `L${String(frame.line)},${String(frame.column)}` }).toString();
  return `- ${escapeMarkdown(name)} [${escapeMarkdown(place)}](${target})`;
}
