import { decodedMappings, TraceMap } from '@jridgewell/trace-mapping';

/** Names a source map at the end of a text. */
export const mapComment = /\/\/[#@] ?sourceMappingURL=(\S+)\s*$/;
const dataUrl = /^data:application\/json[^,]*?(;base64)?,(.*)$/s;

/** What a `data:` url of a source map holds; undefined for any other url. */
export function decodeDataUrl(url: string): string | undefined {
  const match = dataUrl.exec(url);
  if (match === null) return undefined;
  const body = match[2] ?? '';
  return match[1] === undefined ? decodeURIComponent(body) : Buffer.from(body, 'base64').toString('utf8');
}

/** Names that no folder leads to. */
export const hasScheme = /^[a-z][a-z\d+.-]+:/i;

/** Whether two texts differ at most in how their lines end. */
export const sameText = (a: string | undefined, b: string): boolean =>
  a?.replaceAll('\r\n', '\n') === b.replaceAll('\r\n', '\n');

/** Source maps come from the target: one that cannot be read counts as missing. */
export function parseMap(text: string, mapPath: string): TraceMap | null {
  try {
    return new TraceMap(text, mapPath);
  } catch {
    return null;
  }
}

/** From so many lines of the source on, a generated line is minified code; fewer are a statement written on one. */
const crowded = 5;

/** Whether a generated line (zero-based) was made of many lines of the source. */
export function isCrowded(map: TraceMap, line: number): boolean {
  const lines = new Set<string>();
  for (const [, source, original] of decodedMappings(map)[line] ?? []) {
    if (source === undefined) continue;
    lines.add(`${String(source)}:${String(original)}`);
    if (lines.size >= crowded) return true;
  }
  return false;
}
