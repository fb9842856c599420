import { basename } from 'node:path';
import * as vscode from 'vscode';
import { TextMap } from '../../analysis/source/textMap.ts';
import type { PlannedRemedy } from '../../investigation/helpers/plannerProtocol.ts';
import type { Range } from '../../base/position.ts';
import { applyEdits } from '../../remedies/edits/applyEdits.ts';
import type { App } from '../app.ts';
import { rootFor } from '../commands/roots.ts';
import { commandIds } from '../ids.ts';
import { executorModule } from '../settings.ts';
import { signalOf } from '../signalOf.ts';
import type { Placed } from '../surfaces/placements.ts';
import { subjectOf } from '../view/findingText.ts';
import { executorNeed, packedExecutor } from './executorNeed.ts';
import { isProven, provenFirst, type Planned } from './fixActions.ts';

/** What became of one call, with its line as the user sees it. */
export interface FixedCall {
  readonly line: number;
  readonly call: string;
  readonly outcome: 'fixed' | 'review' | 'install' | 'refused';
  /** The fix that was made or is offered, or the reasons against one. */
  readonly detail: string;
}

/** Texts of files as they become, by path. */
type Texts = Map<string, string>;

/** The kind of the action that makes all proven fixes of a file. */
export const fixAllKind = vscode.CodeActionKind.SourceFixAll.append('offloop');

/** Makes all fixes of a file that are proven, as one edit: one undo; says what needs a look of its own, and why. */
export async function fixAllInFile(app: App, argument: unknown): Promise<readonly FixedCall[] | undefined> {
  const { l10n } = vscode;
  const uri = argument instanceof vscode.Uri ? argument : vscode.window.activeTextEditor?.document.uri;
  if (uri?.scheme !== 'file') return undefined;
  const document = await vscode.workspace.openTextDocument(uri);
  const placed = fixable(app, document);
  if (placed.length === 0) {
    app.notices.info(l10n.t('{0} holds no call that was measured to block.', basename(uri.fsPath)));
    return [];
  }
  const { version } = document;
  const texts: Texts = new Map();
  const title = l10n.t('Offloop: planning the fixes');
  const calls = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title, cancellable: true },
    (_progress, token) => fixEach(app, document, placed, texts, signalOf(token)),
  );
  if (document.version !== version) {
    app.notices.warn(
      l10n.t('The code changed while the fixes were prepared. Nothing was changed: try again.'),
    );
    return undefined;
  }
  if (texts.size > 0 && !(await vscode.workspace.applyEdit(await editOf(texts)))) return undefined;
  tell(app, uri, calls);
  return calls;
}

const fixable = (app: Pick<App, 'placements'>, document: vscode.TextDocument): readonly Placed[] =>
  app.placements
    .inDocument(document)
    .filter(
      ({ edited, view }) => !edited && view.verdict !== 'gone' && view.finding.callSite?.origin === 'user',
    )
    .sort((a, b) => a.range.start.compareTo(b.range.start));

/** One call after the other, each planned in the text that the fixes before it made. */
async function fixEach(
  app: App,
  document: vscode.TextDocument,
  placed: readonly Placed[],
  texts: Texts,
  signal: AbortSignal,
): Promise<readonly FixedCall[]> {
  const calls: FixedCall[] = [];
  const known = new Set<string>();
  for (const each of placed) {
    const { range, view } = each;
    const place = JSON.stringify(range);
    if (known.has(place)) continue;
    known.add(place);
    const call = { line: range.start.line + 1, call: subjectOf(view, vscode.l10n) };
    calls.push({ ...call, ...(await fixOne(app, document, each, texts, signal)) });
  }
  return calls;
}

async function fixOne(
  app: App,
  document: vscode.TextDocument,
  placed: Placed,
  texts: Texts,
  signal: AbortSignal,
): Promise<Pick<FixedCall, 'outcome' | 'detail'>> {
  const path = document.uri.fsPath;
  const offers = await offersIn(app, document, placed, texts, signal);
  const planned = provenFirst(offers);
  for (const offer of planned.filter(isProven)) {
    if (!(await isInstalledFor(path, offer))) continue;
    for (const file of new Set(offer.plan.edits.map((edit) => edit.path))) {
      const own = offer.plan.edits.filter((edit) => edit.path === file);
      texts.set(file, applyEdits(await textOf(file, texts), own));
    }
    return { outcome: 'fixed', detail: offer.title };
  }
  const [first] = planned;
  if (first !== undefined) return { outcome: isProven(first) ? 'install' : 'review', detail: first.title };
  const reasons = offers.flatMap(({ refusal }) => (refusal === null ? [] : [refusal.message]));
  return { outcome: 'refused', detail: [...new Set(reasons)].join(' ') };
}

/** Whether a fix needs no installation: several at once could not be one undo. */
async function isInstalledFor(path: string, { plan }: Planned): Promise<boolean> {
  return plan.executor === null || (await executorNeed(path, plan.executor)).need === null;
}

async function offersIn(
  { resources }: App,
  document: vscode.TextDocument,
  { range, view }: Placed,
  texts: Texts,
  signal: AbortSignal,
): Promise<readonly PlannedRemedy[]> {
  const path = document.uri.fsPath;
  const text = texts.get(path) ?? document.getText();
  const moved = new TextMap(document.getText(), text).map(plainRange(range));
  if (moved === null || moved.edited) return [];
  const dirty = vscode.workspace.textDocuments.filter(({ isDirty, uri }) => isDirty && uri.scheme === 'file');
  const unsaved = new Map(dirty.map((each) => [each.uri.fsPath, each.getText()]));
  for (const [file, own] of texts) unsaved.set(file, own);
  const { start, end } = moved.range;
  const request = {
    ...{ path, text, line: start.line, column: start.column, end },
    callee: view.finding.callSite?.callee ?? null,
    executorModule: executorModule(),
    root: rootFor(path),
    tarball: packedExecutor(resources),
    unsaved: [...unsaved].map(([file, own]) => ({ path: file, text: own })),
  };
  return resources.planner.ask('offers', request, signal);
}

const plainRange = ({ start, end }: vscode.Range): Range => ({
  start: { line: start.line, column: start.character },
  end: { line: end.line, column: end.character },
});

async function textOf(path: string, texts: Texts): Promise<string> {
  const known = texts.get(path);
  if (known !== undefined) return known;
  const uri = vscode.Uri.file(path);
  try {
    await vscode.workspace.fs.stat(uri);
  } catch {
    return ''; // A file that the fix makes.
  }
  return (await vscode.workspace.openTextDocument(uri)).getText();
}

/** All texts as one edit. */
async function editOf(texts: Texts): Promise<vscode.WorkspaceEdit> {
  const edit = new vscode.WorkspaceEdit();
  for (const [path, text] of texts) {
    const uri = vscode.Uri.file(path);
    try {
      await vscode.workspace.fs.stat(uri);
    } catch {
      edit.createFile(uri, { contents: new TextEncoder().encode(text) });
      continue;
    }
    const document = await vscode.workspace.openTextDocument(uri);
    edit.replace(uri, changedRange(document, text), changedText(document.getText(), text));
  }
  return edit;
}

/** Lengths of what two texts have in common at their beginnings and ends. */
function commonEnds(before: string, after: string): readonly [number, number] {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < most - start && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  return [start, end];
}

function changedRange(document: vscode.TextDocument, after: string): vscode.Range {
  const before = document.getText();
  const [start, end] = commonEnds(before, after);
  return new vscode.Range(document.positionAt(start), document.positionAt(before.length - end));
}

function changedText(before: string, after: string): string {
  const [start, end] = commonEnds(before, after);
  return after.slice(start, after.length - end);
}

/** Offers the fixes of a file where VS Code asks for everything that can be fixed in it: in a menu, or on save. */
export const fixAllActions: vscode.CodeActionProvider = {
  provideCodeActions: ({ uri }) => {
    const action = new vscode.CodeAction(vscode.l10n.t('Fix all proven blocking calls'), fixAllKind);
    action.command = { title: action.title, command: commandIds.fixAllInFile, arguments: [uri] };
    return [action];
  },
};

function tell(app: Pick<App, 'notices'>, uri: vscode.Uri, calls: readonly FixedCall[]): void {
  const { l10n } = vscode;
  const count = (outcome: FixedCall['outcome']): number =>
    calls.filter((call) => call.outcome === outcome).length;
  const left = calls.filter(({ outcome }) => outcome !== 'fixed');
  const parts = [
    l10n.t('Fixed: {0}', count('fixed')),
    ...(count('review') === 0 ? [] : [l10n.t('needs review: {0}', count('review'))]),
    ...(count('install') === 0 ? [] : [l10n.t('needs the executor: {0}', count('install'))]),
    ...(count('refused') === 0 ? [] : [l10n.t('cannot be fixed: {0}', count('refused'))]),
  ];
  const list = { title: l10n.t('Show List'), run: () => showList(uri, left) };
  app.notices.info(`${basename(uri.fsPath)}: ${parts.join(' · ')}`, ...(left.length === 0 ? [] : [list]));
}

/** What is left, each call with its line and the reason. */
async function showList(uri: vscode.Uri, calls: readonly FixedCall[]): Promise<void> {
  const lines = calls.map(
    ({ line, call, outcome, detail }) => `${String(line)}: ${call}: ${wordsOf(outcome)} ${detail}`,
  );
  const content = [uri.fsPath, '', ...lines, ''].join('\n');
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ content }));
}

function wordsOf(outcome: FixedCall['outcome']): string {
  const { l10n } = vscode;
  if (outcome === 'review') return l10n.t('needs review:');
  return outcome === 'install' ? l10n.t('needs the executor to be installed:') : l10n.t('cannot be fixed:');
}
