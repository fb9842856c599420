import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import { OffloopError } from '../../base/offloopError.ts';
import type { PlannedRemedy } from '../../investigation/helpers/plannerProtocol.ts';
import { rootFor } from '../commands/roots.ts';
import type { App } from '../app.ts';
import { executorModule } from '../settings.ts';
import { signalOf } from '../signalOf.ts';
import type { FindingView } from '../state/findingViews.ts';
import { diagnosticSource } from '../surfaces/diagnostics.ts';
import type { Placed } from '../surfaces/placements.ts';
import { sourceDocuments } from '../surfaces/surfaces.ts';
import { unsavedTexts } from '../unsavedTexts.ts';
import { executorNeed, packedExecutor } from './executorNeed.ts';
import { fixAction, fixTitle, isProven, provenFirst, refusalActions, type Planned } from './fixActions.ts';
import { fixAllActions, fixAllKind } from './fixAllInFile.ts';
import { versionsOf, type FixChanges } from './fixEdit.ts';

const settledAfterMs = 200;

/** Quick fixes at calls that block, computed for the text as it is now; the safest first, refusals last. */
export class QuickFixes implements vscode.CodeActionProvider {
  readonly #app: App;

  private constructor(offloop: App) {
    this.#app = offloop;
  }

  /** Offers quick fixes until the result is disposed. */
  static register(offloop: App): vscode.Disposable {
    return vscode.Disposable.from(
      vscode.languages.registerCodeActionsProvider(sourceDocuments, new QuickFixes(offloop), {
        providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
      }),
      vscode.languages.registerCodeActionsProvider(sourceDocuments, fixAllActions, {
        providedCodeActionKinds: [fixAllKind],
      }),
    );
  }

  async provideCodeActions(
    document: vscode.TextDocument,
    range: vscode.Range,
    { triggerKind }: vscode.CodeActionContext,
    canceled: vscode.CancellationToken,
  ): Promise<vscode.CodeAction[] | undefined> {
    const [placed] = this.#app.placements
      .at(document, range)
      .filter(({ edited, view }) => !edited && view.verdict !== 'gone' && isOwnCode(view));
    if (placed === undefined) return undefined;
    // A cursor on its way through the file needs no plan.
    if (triggerKind === vscode.CodeActionTriggerKind.Automatic) await delay(settledAfterMs);
    if (canceled.isCancellationRequested) return undefined;
    const { version } = document;
    try {
      const offers = await this.#offers(document, placed, signalOf(canceled));
      const actions = await this.#actionsOf(document, placed, offers);
      // The text has changed since the offsets were computed: VS Code asks again.
      return document.version === version ? actions : undefined;
    } catch (error) {
      if (error instanceof OffloopError && error.code === 'cancelled') return undefined;
      throw error;
    }
  }

  #offers(
    document: vscode.TextDocument,
    { range, view }: Placed,
    signal: AbortSignal,
  ): Promise<readonly PlannedRemedy[]> {
    const { fsPath: path } = document.uri;
    const { callSite } = view.finding;
    const request = {
      path,
      text: document.getText(),
      line: range.start.line,
      column: range.start.character,
      callee: callSite?.callee ?? null,
      end: { line: range.end.line, column: range.end.character },
      within:
        callSite === null || callSite.precision === 'call'
          ? null
          : { function: callSite.function, precision: callSite.precision },
      executorModule: executorModule(),
      root: rootFor(path),
      tarball: packedExecutor(this.#app.resources),
      unsaved: unsavedTexts(),
      isTrusted: vscode.workspace.isTrusted,
    };
    return this.#app.resources.planner.ask('offers', request, signal);
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
    for (const planned of provenFirst(offers)) {
      const changes = await changesOf(document, planned);
      const action = await fixAction(this.#app, fixTitle(planned), changes);
      action.diagnostics = problems;
      // Of several calls that it may be, none is the one to take without looking.
      action.isPreferred = fixes.length === 0 && isProven(planned) && planned.line === undefined;
      fixes.push(action);
    }
    return [...fixes, ...refusalActions(this.#app, document, range, offers, fixes.length === 0)];
  }
}

async function changesOf(
  document: vscode.TextDocument,
  { plan: { edits, executor, assumptions, warnings } }: Planned,
): Promise<FixChanges> {
  const versions = await versionsOf(edits);
  if (executor === null) return { edits, assumptions, executor, warnings, versions };
  const { need, warnings: more } = await executorNeed(document.uri.fsPath, executor);
  return { edits, assumptions, executor: need, warnings: [...warnings, ...more], versions };
}

/** A dependency's code would be overwritten by the next install. */
const isOwnCode = ({ finding }: FindingView): boolean => finding.callSite?.origin === 'user';
