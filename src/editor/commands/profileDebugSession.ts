import * as vscode from 'vscode';
import type { Offloop } from '../offloop.ts';
import type { Session } from '../state/session.ts';
import { attachTo, rowOf } from './attach.ts';

/**
 * Records a program that VS Code debugs, beside the debugger; undefined when there is none or the user chose none. Its
 * times are inflated: the debugger keeps track of every asynchronous call.
 */
export async function profileDebugSession(app: Offloop): Promise<Session | undefined> {
  const { l10n } = vscode;
  const targets = (await app.helpers.planner.ask('targets', {})).filter(
    ({ underDebugger, webSocketUrl }) => underDebugger && webSocketUrl !== null,
  );
  if (targets.length === 0) {
    void vscode.window.showInformationMessage(
      l10n.t('No Node.js program is being debugged on this machine.'),
    );
    return undefined;
  }
  const rows = targets.map(rowOf);
  const title = l10n.t('Record which debugged program?');
  const row = rows.length === 1 ? rows[0] : await vscode.window.showQuickPick(rows, { title });
  const chosen = await row?.choose?.();
  return chosen == null || typeof chosen === 'string' ? undefined : attachTo(app, chosen);
}
