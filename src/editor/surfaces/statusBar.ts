import * as vscode from 'vscode';
import { commandIds } from '../ids.ts';
import { foremost } from '../state/session.ts';
import type { SessionStore } from '../state/sessionStore.ts';
import { statusText, statusTooltip } from '../view/statusText.ts';

/** The session at work in the status bar; a click stops it. */
export class StatusBar implements vscode.Disposable {
  readonly #store: SessionStore;
  readonly #item = vscode.window.createStatusBarItem('offloop.session', vscode.StatusBarAlignment.Left, 10);

  constructor(store: SessionStore) {
    this.#store = store;
    this.#item.name = vscode.l10n.t('Offloop Session');
    this.#item.command = commandIds.stop;
  }

  /** Shows the foremost session, or nothing when none is at work. */
  refresh(): void {
    const { sessions } = this.#store;
    const session = foremost(sessions);
    if (session === undefined) {
      this.#item.hide();
      return;
    }
    this.#item.text = statusText(session, sessions, vscode.l10n);
    this.#item.tooltip = statusTooltip(session, sessions, vscode.l10n);
    this.#item.show();
  }

  dispose(): void {
    this.#item.dispose();
  }
}
