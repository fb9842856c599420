/**
 * A text that Markdown shows as it is: every ASCII punctuation character is escaped, which CommonMark allows for all of
 * them, so nothing in it becomes a link, a code span or HTML. Unlike `MarkdownString.appendText`, which turns spaces into
 * ones that cannot wrap, long lines still wrap. The text must be a single line.
 */
export function escapeMarkdown(text: string): string {
  return text.replaceAll(/[!-/:-@[-`{-~]/g, String.raw`\$&`);
}

/** A message as it is: VS Code turns `[label](target)` in one into a link, and a target's names are in ours. */
export const withoutLinks = (text: string): string => text.replaceAll('](', '] (');

/** A text for a place where VS Code draws `$(name)` as an icon: names of the target's stay text. */
export const withoutIcons = (text: string): string =>
  text.replaceAll(/\$\([\w-]+(?:~\w+)?\)/g, String.raw`\$&`);
