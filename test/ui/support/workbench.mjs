import path from 'node:path';
import { eventually } from './eventually.mjs';

/** How long a surface may take to appear: a bound for what never comes, generous for a busy machine. */
const APPEARS_WITHIN_MS = 60_000;
/** How long one attempt waits that is repeated. */
const ATTEMPT_MS = 4000;

/** A VS Code window as a person sees and uses it. */
export class Workbench {
  #folder;
  #prefix;
  #shots = 0;

  /**
   * @param {import('playwright-core').Page} page
   * @param {string} folder where screenshots go
   * @param {string} [prefix] of their names
   */
  constructor(page, folder, prefix = '') {
    this.page = page;
    this.#folder = folder;
    this.#prefix = prefix;
    page.setDefaultTimeout(APPEARS_WITHIN_MS);
  }

  /**
   * Saves what the window shows.
   * @param {string} name
   */
  async screenshot(name) {
    this.#shots += 1;
    const file = `${this.#prefix}${String(this.#shots).padStart(2, '0')}-${name.replaceAll(/[^a-z0-9]+/gi, '-')}.png`;
    await this.page.screenshot({ path: path.join(this.#folder, file) });
  }

  /** The rows of the quick input: commands of the palette, entries of a picker. */
  get rows() {
    return this.page.locator('.quick-input-widget .monaco-list-row');
  }

  /**
   * Types into the command palette and waits until the command is the chosen row.
   * @param {string} title the command as the palette shows it
   */
  async findCommand(title) {
    const row = this.page.locator('.quick-input-widget .monaco-list-row.focused', { hasText: title });
    // A window that is still starting moves the focus into its editor, which closes the palette.
    await this.retried(`the palette offers ${title}`, async (timeout) => {
      await this.#fillQuickInput('F1', `>${title}`, timeout);
      await row.waitFor({ timeout });
    });
  }

  /**
   * Repeats an action that the window may swallow, with Escape in between.
   * @param {string} what the sentence of the error
   * @param {(timeoutMs: number) => Promise<void>} action
   */
  async retried(what, action) {
    await eventually(what, () =>
      action(ATTEMPT_MS).then(
        () => true,
        () => this.page.keyboard.press('Escape').then(() => false),
      ),
    );
  }

  /**
   * Runs a command through the palette.
   * @param {string} title
   */
  async runCommand(title) {
    await this.findCommand(title);
    await this.accept();
  }

  /** Takes the chosen row of the quick input. */
  async accept() {
    await this.page.keyboard.press('Enter');
  }

  /**
   * @param {string} key
   * @param {string} text
   * @param {number} [timeout] ms
   */
  async #fillQuickInput(key, text, timeout = APPEARS_WITHIN_MS) {
    await this.page.keyboard.press(key);
    const widget = this.page.locator('.quick-input-widget:visible');
    await widget.locator('input').first().fill(text, { timeout });
  }

  /** The text of the status-bar item that speaks of Offloop. */
  get statusBar() {
    return this.page.locator('.statusbar-item', { hasText: 'Offloop' }).first();
  }

  /** Offloop's code lenses in the editor that is open. */
  get lenses() {
    return this.page.locator('.codelens-decoration', { hasText: /blocked|ms/ });
  }

  /** Squiggles of severity information. */
  get squiggles() {
    return this.page.locator('.squiggly-info');
  }

  /** The entries of the quick-fix menu. */
  get actions() {
    return this.page.locator('.action-widget .action');
  }

  /** The texts that decorations add behind lines. */
  async lineEndTexts() {
    const contents = await this.page
      .locator('.monaco-editor .view-line span')
      .evaluateAll((spans) => spans.map((span) => globalThis.getComputedStyle(span, '::after').content));
    return contents.filter((content) => content !== 'none' && content !== 'normal' && content.length > 2);
  }

  /**
   * Puts the cursor into the open editor.
   * @param {number} line 1-based
   * @param {number} column 1-based
   */
  async goTo(line, column) {
    await this.retried(`the cursor stands in line ${String(line)}`, async (timeout) => {
      await this.#fillQuickInput('Control+g', `:${String(line)}:${String(column)}`, timeout);
      await this.accept();
      const position = this.page.locator('.statusbar-item', {
        hasText: `Ln ${String(line)}, Col ${String(column)}`,
      });
      await position.waitFor({ timeout });
    });
  }

  /**
   * Opens a file of the workspace by its name.
   * @param {string} name
   */
  async openFile(name) {
    await this.#fillQuickInput('Control+p', name);
    await this.rows
      .filter({ hasText: path.basename(name) })
      .first()
      .click();
    await this.page.locator('.tab.active', { hasText: path.basename(name) }).waitFor();
  }

  /** The text of the toasts that are on screen. */
  async toasts() {
    return this.page.locator('.notification-list-item-message').allInnerTexts();
  }
}
