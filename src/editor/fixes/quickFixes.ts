import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { PlannedRemedy } from '../../investigation/helpers/plannerProtocol.ts';
import { innerCommandIds } from '../ids.ts';
import type { Offloop } from '../offloop.ts';
import { executorModule } from '../settings.ts';
import { diagnosticSource } from '../surfaces/diagnostics.ts';
import type { Placed } from '../surfaces/placements.ts';
import { sourceDocuments } from '../surfaces/surfaces.ts';
import { rootFor } from '../commands/roots.ts';
import type { FindingView } from '../state/findingViews.ts';
import { plain } from '../view/findingText.ts';
import { fixEdit, type FixChanges } from './fixEdit.ts';

const settledAfterMs = 200;

type Plan = NonNullable<PlannedRemedy['plan']>;
type Refusal = NonNullable<PlannedRemedy['refusal']>;

/** Quick fixes at calls that block, computed for the text as it is now; the safest first, refusals last. */
export class QuickFixes implements vscode.CodeActionProvider {
  readonly #offloop: Offloop;

  private constructor(offloop: Offloop) {
    this.#offloop = offloop;
  }

  /** Offers quick fixes until the result is disposed. */
  static register(offloop: Offloop): vscode.Disposable {
    return vscode.languages.registerCodeActionsProvider(sourceDocuments, new QuickFixes(offloop), {
      providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
    });
  }

  async provideCodeActions(
    document: vscode.TextDocument,
    range: vscode.Range,
    { triggerKind }: vscode.CodeActionContext,
    canceled: vscode.CancellationToken,
  ): Promise<vscode.CodeAction[] | undefined> {
    const [placed] = this.#offloop.placements
      .at(document, range)
      .filter(({ edited, view }) => !edited && view.verdict !== 'gone' && isOwnCode(view));
    if (placed === undefined) return undefined;
    // A cursor on its way through the file needs no plan.
    if (triggerKind === vscode.CodeActionTriggerKind.Automatic) await delay(settledAfterMs);
    if (canceled.isCancellationRequested) return undefined;
    const { version } = document;
    const offers = await this.#offers(document, placed);
    const actions = await this.#actionsOf(document, placed, offers);
    // Offsets were counted in a text that is no longer there: VS Code asks again.
    return document.version === version ? actions : undefined;
  }

  #offers(document: vscode.TextDocument, { range, view }: Placed): Promise<readonly PlannedRemedy[]> {
    const { fsPath: path } = document.uri;
    return this.#offloop.helpers.planner.ask('offers', {
      path,
      text: document.getText(),
      line: range.start.line,
      column: range.start.character,
      callee: view.finding.callSite?.callee ?? null,
      end: { line: range.end.line, column: range.end.character },
      executorModule: executorModule(),
      root: rootFor(path),
      unsaved: unsavedTexts(),
    });
  }

  async #actionsOf(
    document: vscode.TextDocument,
    { range }: Placed,
    offers: readonly PlannedRemedy[],
  ): Promise<vscode.CodeAction[]> {
    const problems = vscode.languages
      .getDiagnostics(document.uri)
      .filter((problem) => problem.source === diagnosticSource && problem.range.isEqual(range));
    const fixes: vscode.CodeAction[] = [];
    const previews: vscode.CodeAction[] = [];
    for (const { title: ownTitle, plan } of provenFirst(offers)) {
      const title = titleWithCallers(ownTitle, plan);
      const changes = await this.#changesOf(document, plan);
      fixes.push(
        await fixAction(title, changes, problems, fixes.length === 0 && plan.assumptions.length === 0),
      );
      previews.push(previewAction(title, changes));
    }
    return [...fixes, ...previews, ...refusalActions(offers, fixes.length === 0)];
  }

  async #changesOf(document: vscode.TextDocument, plan: Plan): Promise<FixChanges> {
    const { edits, needsExecutor, assumptions, warnings } = plan;
    if (!needsExecutor) return { edits, added: [], assumptions, warnings };
    const { helpers } = this.#offloop;
    const file = document.uri.fsPath;
    const { files, warnings: more } = await helpers.planner.ask('executor', {
      file,
      root: rootFor(file),
      name: executorModule(),
      tarball: helpers.pathOf('dist', 'offloop-executor.tgz'),
    });
    // That what was added must be installed is said with a button that does it.
    return {
      edits,
      added: files,
      assumptions,
      warnings: files.length > 0 ? warnings : [...warnings, ...more],
    };
  }
}

/** A dependency's code would be overwritten by the next install. */
const isOwnCode = ({ finding }: FindingView): boolean => finding.callSite?.origin === 'user';

const unsavedTexts = (): { path: string; text: string }[] =>
  vscode.workspace.textDocuments
    .filter(({ isDirty, uri }) => isDirty && uri.scheme === 'file')
    .map((document) => ({ path: document.uri.fsPath, text: document.getText() }));

type Planned = Omit<PlannedRemedy, 'plan'> & { readonly plan: Plan };

/** What is proven stands before what needs review. */
function provenFirst(offers: readonly PlannedRemedy[]): readonly Planned[] {
  const planned = offers.filter((offer): offer is Planned => offer.plan !== null);
  const isProven = ({ plan }: Planned): boolean => plan.assumptions.length === 0;
  return [...planned.filter(isProven), ...planned.filter((offer) => !isProven(offer))];
}

function titleWithCallers(title: string, { asyncSpread, assumptions }: Plan): string {
  const count = asyncSpread.length;
  const spread =
    count === 0
      ? title
      : count === 1
        ? vscode.l10n.t('{0}; {1} becomes async', title, plain(asyncSpread[0]?.function ?? ''))
        : vscode.l10n.t('{0}; {1} functions become async', title, count);
  return assumptions.length === 0 ? spread : vscode.l10n.t('{0} (needs review)', spread);
}

async function fixAction(
  title: string,
  changes: FixChanges,
  problems: vscode.Diagnostic[],
  isPreferred: boolean,
): Promise<vscode.CodeAction> {
  const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
  action.diagnostics = problems;
  action.isPreferred = isPreferred;
  action.edit = await fixEdit(changes);
  if (changes.added.length > 0 || changes.warnings.length > 0) {
    const paths = changes.added.map(({ path }) => path);
    action.command = {
      title,
      command: innerCommandIds.fixApplied,
      arguments: [paths, changes.warnings],
    };
  }
  return action;
}

function previewAction(title: string, changes: FixChanges): vscode.CodeAction {
  const action = new vscode.CodeAction(vscode.l10n.t('Preview: {0}', title), vscode.CodeActionKind.QuickFix);
  action.command = { title: action.title, command: innerCommandIds.previewFix, arguments: [title, changes] };
  return action;
}

/** Remedies that are not safe here: greyed out with their reasons, and, when nothing else is offered, explained on demand. */
function refusalActions(
  offers: readonly PlannedRemedy[],
  areExplained: boolean,
): readonly vscode.CodeAction[] {
  const refused = new Map<string, { readonly title: string; readonly refusal: Refusal }>();
  for (const { title, refusal } of offers) {
    if (refusal !== null) refused.set(JSON.stringify([title, refusal.message]), { title, refusal });
  }
  const disabled = [...refused.values()].map(({ title, refusal }) => {
    const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
    action.disabled = { reason: refusal.message };
    return action;
  });
  if (!areExplained || disabled.length === 0) return disabled;
  const why = new vscode.CodeAction(vscode.l10n.t('Why can’t this move?'), vscode.CodeActionKind.QuickFix);
  const refusals = [...refused.values()].map(({ refusal }) => refusal);
  why.command = { title: why.title, command: innerCommandIds.explainRefusals, arguments: [refusals] };
  return [...disabled, why];
}
