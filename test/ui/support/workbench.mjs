import path from 'node:path';

/** How long a surface may take to appear: a bound for what never comes, generous for a busy machine. */
const APPEARS_WITHIN_MS = 60_000;

/** A VS Code window as a person sees and uses it. */
export class Workbench {
  #folder;
  #shots = 0;

  /**
   * @param {import('playwright-core').Page} page
   * @param {string} folder where screenshots go
   */
  constructor(page, folder) {
    this.page = page;
    this.#folder = folder;
    page.setDefaultTimeout(APPEARS_WITHIN_MS);
  }

  /**
   * Saves what the window shows.
   * @param {string} name
   */
  async screenshot(name) {
    this.#shots += 1;
    const file = `${String(this.#shots).padStart(2, '0')}-${name.replaceAll(/[^a-z0-9]+/gi, '-')}.png`;
    await this.page.screenshot({ path: path.join(this.#folder, file) });
  }

  /** The rows of the quick input: commands of the palette, entries of a picker. */
  get rows() {
    return this.page.locator('.quick-input-widget .monaco-list-row');
  }

  /**
   * Types into the command palette and waits for the entry; Enter is the caller's.
   * @param {string} title the command as the palette shows it
   */
  async findCommand(title) {
    await this.page.keyboard.press('F1');
    const input = this.page.locator(
      '.quick-input-widget input[type="text"], .quick-input-widget input.input',
    );
    await input.first().fill(`>${title}`);
    const row = this.rows.filter({ hasText: title }).first();
    await row.waitFor();
    return row;
  }

  /**
   * Runs a command through the palette.
   * @param {string} title
   */
  async runCommand(title) {
    await (await this.findCommand(title)).click();
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
   * Puts the cursor on the first place where a text stands in the open editor.
   * @param {string} text
   */
  async goTo(text) {
    await this.page.locator('.monaco-editor .view-lines').first().click();
    await this.page.keyboard.press('Control+Home');
    await this.page.keyboard.press('Control+f');
    const find = this.page.locator('.find-widget.visible textarea').first();
    await find.fill(text);
    await find.press('Enter');
    await find.press('Escape');
    // The match stays selected; a selection would ask for refactorings of its text.
    await this.page.keyboard.press('ArrowLeft');
  }

  /**
   * Opens a file of the workspace by its name.
   * @param {string} name
   */
  async openFile(name) {
    await this.page.keyboard.press('Control+p');
    await this.page.locator('.quick-input-widget input').first().fill(name);
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
