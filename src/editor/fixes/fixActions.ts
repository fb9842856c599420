import * as vscode from 'vscode';
import type { PlannedRemedy } from '../../investigation/helpers/plannerProtocol.ts';
import { formatCount } from '../../wording/numbers/formatNumbers.ts';
import type { App } from '../app.ts';
import { plain } from '../view/findingText.ts';
import { applyFix, tellWarnings } from './applyFix.ts';
import type { Reason } from './explanations.ts';
import { explain } from './fixCommands.ts';
import { fixEdit, type FixChanges } from './fixEdit.ts';

/** A remedy that has an edit. */
export type Planned = Omit<PlannedRemedy, 'plan'> & { readonly plan: NonNullable<PlannedRemedy['plan']> };

/** Remedies that have an edit; what is proven stands before what needs review. */
export function provenFirst(offers: readonly PlannedRemedy[]): readonly Planned[] {
  const planned = offers.filter((offer): offer is Planned => offer.plan !== null);
  return [...planned.filter(isProven), ...planned.filter((offer) => !isProven(offer))];
}

/** Whether a remedy takes nothing for granted. */
export const isProven = ({ plan }: Planned): boolean => plan.assumptions.length === 0;

/** What a remedy does, as a menu entry. */
export function fixTitle(planned: Planned): string {
  const { asyncSpread, assumptions } = planned.plan;
  const { l10n } = vscode;
  const title = withLine(planned);
  const [first, ...others] = asyncSpread;
  const spread =
    first === undefined
      ? title
      : others.length === 0
        ? l10n.t('{0}; {1} becomes async', title, plain(first.function))
        : l10n.t('{0}; {1} functions become async', title, formatCount(asyncSpread.length));
  return assumptions.length === 0 ? spread : l10n.t('{0} (needs review)', spread);
}

/** A remedy with the line of its call, where a finding may be one of several. */
const withLine = ({ title, line }: Pick<PlannedRemedy, 'title' | 'line'>): string =>
  line === undefined ? title : vscode.l10n.t('Line {0}: {1}', line + 1, title);

/**
 * The menu entry of a fix. VS Code applies its edit at once, or shows a preview first if it needs review. If the
 * executor has to be installed before, a command does both.
 */
export async function fixAction(app: App, title: string, changes: FixChanges): Promise<vscode.CodeAction> {
  const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
  const { executor, warnings } = changes;
  if (executor !== null) action.command = app.slots.command(title, () => applyFix(app, title, changes));
  else {
    action.edit = await fixEdit(changes, title);
    if (warnings.length > 0)
      action.command = app.slots.command(title, () => {
        tellWarnings(app, warnings);
      });
  }
  return action;
}

/** Remedies that are not possible here: greyed out with their reasons, and, when nothing else is offered, explained on demand. */
export function refusalActions(
  app: App,
  { uri }: vscode.TextDocument,
  range: vscode.Range,
  offers: readonly PlannedRemedy[],
  areExplained: boolean,
): readonly vscode.CodeAction[] {
  const reasons = reasonsIn(offers);
  const disabled = reasons.map(({ title, refusal }) => {
    const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
    action.disabled = { reason: refusal.message };
    return action;
  });
  if (!areExplained || disabled.length === 0) return disabled;
  const why = new vscode.CodeAction(vscode.l10n.t('Why can’t this move?'), vscode.CodeActionKind.QuickFix);
  why.command = app.slots.command(why.title, () => explain(app, uri, range, reasons));
  return [...disabled, why];
}

function reasonsIn(offers: readonly PlannedRemedy[]): readonly Reason[] {
  const reasons = new Map<string, Reason>();
  for (const { refusal, ...offer } of offers) {
    const title = withLine(offer);
    if (refusal !== null) reasons.set(JSON.stringify([title, refusal.message]), { title, refusal });
  }
  return [...reasons.values()];
}
