import * as vscode from 'vscode';

/** Only the last few menus can be on screen, and each has at most about ten entries. */
const mostSlots = 200;

/**
 * Commands for entries of menus. VS Code forgets the arguments of a command together with the menu that it stands in, which
 * may be gone before the command runs. A slot is a command of its own without arguments: it keeps what to do until as many
 * others were made after it as there are slots.
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
