import * as vscode from 'vscode';
import { withoutLinks } from './view/escapeMarkdown.ts';

/** A button of a message. */
export interface NoticeAction {
  readonly title: string;
  readonly run: () => unknown;
}

/** A message as the user read it. */
export interface Notice {
  readonly level: 'info' | 'warning' | 'error';
  readonly text: string;
  /** Titles of its buttons. */
  readonly actions: readonly string[];
}

/** Older messages are forgotten. */
const kept = 100;

type Show = (text: string, ...actions: string[]) => Thenable<string | undefined>;

const show: Readonly<Record<Notice['level'], Show>> = {
  info: vscode.window.showInformationMessage,
  warning: vscode.window.showWarningMessage,
  error: vscode.window.showErrorMessage,
};

/** The messages that pop up: nothing waits for them to be closed. */
export class Notices {
  readonly #log: vscode.LogOutputChannel;
  readonly #told: Notice[] = [];

  constructor(log: vscode.LogOutputChannel) {
    this.#log = log;
  }

  /** What the user was told, in order of time. */
  get told(): readonly Notice[] {
    return this.#told;
  }

  info(text: string, ...actions: readonly NoticeAction[]): void {
    this.#show('info', text, actions);
  }

  warn(text: string, ...actions: readonly NoticeAction[]): void {
    this.#show('warning', text, actions);
  }

  error(text: string, ...actions: readonly NoticeAction[]): void {
    this.#show('error', text, actions);
  }

  #show(level: Notice['level'], sentence: string, actions: readonly NoticeAction[]): void {
    const text = withoutLinks(sentence);
    const titles = actions.map(({ title }) => title);
    this.#told.push({ level, text, actions: titles });
    if (this.#told.length > kept) this.#told.shift();
    void this.#answered(show[level](text, ...titles), actions);
  }

  async #answered(answer: Thenable<string | undefined>, actions: readonly NoticeAction[]): Promise<void> {
    try {
      const chosen = await answer;
      await actions.find(({ title }) => title === chosen)?.run();
    } catch (error) {
      this.#log.error(error instanceof Error ? error : String(error));
    }
  }
}
