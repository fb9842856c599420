/** VS Code's `l10n`, as far as texts need it; view models take it as an argument so that they run without an editor. */
export interface Localizer {
  readonly t: (message: string, ...args: (string | number | boolean)[]) => string;
}
