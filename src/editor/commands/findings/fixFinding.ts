import * as vscode from 'vscode';
import type { App } from '../../app.ts';
import { openPlace } from '../../openPlace.ts';
import { placeOfFinding } from '../../surfaces/reportPlaces.ts';
import { findingIn } from './findingPlace.ts';

/** Goes to the call of a finding and opens its fixes there. */
export async function fixFinding(
  app: Pick<App, 'store' | 'placements' | 'notices'>,
  argument: unknown,
): Promise<void> {
  const view = findingIn(app, argument);
  const place = view === null ? null : placeOfFinding(view.finding, view.session.root);
  if (place === null) return;
  const editor = await openPlace(place, app.placements, app.notices);
  if (editor !== undefined) await vscode.commands.executeCommand('editor.action.quickFix');
}
