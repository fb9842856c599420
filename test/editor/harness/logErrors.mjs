/** A log line of level error (VS Code: `2026-01-31 12:00:00.000 [error] …`). */
const ERROR_LINE = /^\d{4}-\d\d-\d\d .*\[error\]/;
/** The extension's id, its commands and its name; folders of the tests are called `offloop`, too. */
const OURS = /offloop\.|Offloop/;
/** VS Code asked for the rows of a view while its window closed: its own line about its own cancelled question. */
const CLOSING = /Unable to refresh tree view offloop\.\w+: Canceled(?:\n|$)/;
const NEW_LINE = /^\d{4}-\d\d-\d\d /;

/**
 * The entries of level error in an extension-host log that speak of Offloop, stack included.
 * @param {string} log
 * @returns {string[]}
 */
export function errorsOfOffloop(log) {
  const entries = [];
  for (const line of log.split('\n')) {
    if (NEW_LINE.test(line)) entries.push(line);
    else if (entries.length > 0) entries.push(`${entries.pop()}\n${line}`);
  }
  return entries.filter((entry) => ERROR_LINE.test(entry) && OURS.test(entry) && !CLOSING.test(entry));
}
