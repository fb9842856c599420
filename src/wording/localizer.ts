/** VS Code's `l10n`, as far as texts need it; what writes sentences takes it as an argument, so that it runs without an editor. */
export interface Localizer {
  readonly t: (message: string, ...args: (string | number | boolean)[]) => string;
}

/** The sentences as they are written, for the command line: each `{0}` becomes the argument of that place. */
export const english: Localizer = {
  t: (message, ...args) =>
    message.replaceAll(/\{(\d+)\}/g, (place, index: string) => String(args[Number(index)] ?? place)),
};
