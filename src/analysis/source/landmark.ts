/** Runs that need more lines or characters than this to be told apart are not written into a report. */
const mostLines = 8;
const mostCharacters = 2_000;

/**
 * The text by which a line (zero-based) is found again after the file has changed elsewhere: the line, with as many
 * lines below as make it unique in the file. Null if that takes too many.
 */
export function landmarkOf(text: string, line: number): string | null {
  const lines = linesOf(text);
  for (let count = 1; count <= mostLines && line + count <= lines.length; count += 1) {
    const run = lines.slice(line, line + count);
    if (run.join('\n').length > mostCharacters) return null;
    if (placesOf(lines, run).length === 1) return run.join('\n');
  }
  return null;
}

/** The line (zero-based) at which a landmark is now; null when it is gone, or there more than once. */
export function lineOfLandmark(text: string, landmark: string): number | null {
  const [line, another] = placesOf(linesOf(text), landmark.split('\n'));
  return line === undefined || another !== undefined ? null : line;
}

const linesOf = (text: string): readonly string[] => text.split(/\r?\n/);

function placesOf(lines: readonly string[], run: readonly string[]): readonly number[] {
  const places: number[] = [];
  for (let at = 0; at + run.length <= lines.length; at += 1)
    if (run.every((line, index) => lines[at + index] === line)) places.push(at);
  return places;
}
