import * as vscode from 'vscode';
import { commandIds } from '../ids.ts';
import { foremost, type Session } from '../state/session.ts';
import type { SessionStore } from '../state/sessionStore.ts';
import { statusText, statusTooltip } from '../view/statusText.ts';

/** The session at work in the status bar; a click stops it. */
export class StatusBar implements vscode.Disposable {
  readonly #store: SessionStore;
  readonly #item = vscode.window.createStatusBarItem('offloop.session', vscode.StatusBarAlignment.Left, 10);

  #delay: { readonly session: number; ms: number | null } | null = null;

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
    this.#item.text = statusText(session, sessions, this.#lastDelay(session), vscode.l10n);
    // Setting it closes the one that is being read.
    const tooltip = statusTooltip(session, sessions, vscode.l10n);
    if (this.#item.tooltip !== tooltip) this.#item.tooltip = tooltip;
    this.#item.show();
  }

  /** Not every status has a delay: the last one stays until there is another. */
  #lastDelay({ id, status }: Session): number | null {
    if (this.#delay?.session !== id) this.#delay = { session: id, ms: null };
    this.#delay.ms = status?.recentDelayMs ?? this.#delay.ms;
    return this.#delay.ms;
  }

  dispose(): void {
    this.#item.dispose();
  }
}
