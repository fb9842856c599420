import * as vscode from 'vscode';
import { commandIds } from '../ids.ts';
import { isActive } from '../state/session.ts';
import type { SessionStore } from '../state/sessionStore.ts';
import { statusText } from '../view/statusText.ts';

/** The session at work in the status bar; a click stops it. */
export class StatusBar implements vscode.Disposable {
  readonly #store: SessionStore;
  readonly #item = vscode.window.createStatusBarItem('offloop.session', vscode.StatusBarAlignment.Left, 10);

  constructor(store: SessionStore) {
    this.#store = store;
    this.#item.name = vscode.l10n.t('Offloop Session');
    this.#item.command = commandIds.stop;
  }

  /** Shows the last session that is at work, or nothing. */
  refresh(): void {
    const session = this.#store.sessions.findLast(isActive);
    if (session === undefined) {
      this.#item.hide();
      return;
    }
    this.#item.text = statusText(session, vscode.l10n);
    const inflated = session.target?.underDebugger === true;
    this.#item.tooltip = inflated
      ? vscode.l10n.t('Recording {0}. Timings are inflated by the debugger. Click to stop.', session.title)
      : vscode.l10n.t('Recording {0}. Click to stop.', session.title);
    this.#item.show();
  }

  dispose(): void {
    this.#item.dispose();
  }
}
