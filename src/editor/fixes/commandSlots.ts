import * as vscode from 'vscode';

/** Only the last few menus can be on screen, and each has at most about ten entries. */
const mostSlots = 200;

/**
 * Commands for menu entries. VS Code forgets the arguments of a command together with its menu, which may close before
 * the command runs. So each slot is a command without arguments; it keeps its action until all other slots have been
 * used.
 */
export class CommandSlots implements vscode.Disposable {
  readonly #run: (action: () => unknown) => Promise<unknown>;
  readonly #actions: (() => unknown)[] = [];
  readonly #commands: vscode.Disposable[] = [];
  #made = 0;

  /** `run` runs an action and tells the user what goes wrong. */
  constructor(run: (action: () => unknown) => Promise<unknown>) {
    this.#run = run;
  }

  /** A command that does something once it is chosen. */
  command(title: string, action: () => unknown): vscode.Command {
    const slot = this.#made % mostSlots;
    this.#made += 1;
    const id = `offloop.inner.slot.${String(slot)}`;
    this.#actions[slot] = action;
    this.#commands[slot] ??= vscode.commands.registerCommand(id, () =>
      this.#run(() => this.#actions[slot]?.()),
    );
    return { title, command: id };
  }

  dispose(): void {
    for (const command of this.#commands) command.dispose();
  }
}
