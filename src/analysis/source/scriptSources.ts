import { dirname, resolve } from 'node:path';
import {
  GREATEST_LOWER_BOUND,
  LEAST_UPPER_BOUND,
  originalPositionFor,
  sourceContentFor,
  TraceMap,
} from '@jridgewell/trace-mapping';
import ts from 'typescript';
import type { Position, Range } from '../../base/position.ts';
import type { CallFrame, ParsedScript } from '../../recording/recording.ts';
import type { SourceProvider } from '../../code/sourceProvider.ts';
import { kindOfFrame, kindOfPath, type FrameKind } from './frameKind.ts';
import { scriptPath, withMappings, type PathMapping } from './scriptPath.ts';
import { TextMap } from './textMap.ts';

/** A place in the source as its author wrote it; `column` is -1 where only the line is known. */
export interface SourcePlace {
  readonly path: string;
  readonly position: Position;
}

/** Where a call frame's function lives in the author's source; `place` is null for native and Node's own code. */
export interface LocatedFrame {
  readonly frame: CallFrame;
  readonly kind: FrameKind;
  readonly place: SourcePlace | null;
}

interface Script {
  readonly path: string;
  readonly map: TraceMap | null;
}

const mapComment = /\/\/[#@] ?sourceMappingURL=(\S+)\s*$/;
const dataUrl = /^data:application\/json[^,]*?(;base64)?,(.*)$/s;

function decodeDataUrl(url: string): string | undefined {
  const match = dataUrl.exec(url);
  if (match === null) return undefined;
  const body = match[2] ?? '';
  return match[1] === undefined ? decodeURIComponent(body) : Buffer.from(body, 'base64').toString('utf8');
}

/** Source maps come from the target: one that cannot be read is no map. */
function parseMap(text: string, mapPath: string): TraceMap | null {
  try {
    return new TraceMap(text, mapPath);
  } catch {
    return null;
  }
}

/** Webpack's own scheme, before a path that begins at the folder in which webpack ran. */
const webpackScheme = /^webpack:\/\/[^/]*\/(?:\.\/)?/;

/** A folder and all those around it, the innermost first. */
function* foldersAround(folder: string): Generator<string> {
  yield folder;
  const parent = dirname(folder);
  if (parent !== folder) yield* foldersAround(parent);
}

/** A range of the text that ran, in the file as it is now. */
export interface CurrentRange {
  readonly range: Range;
  /** The file was changed there since the process loaded it, so that the range may be another one. */
  readonly stale: boolean;
}

/**
 * Text, syntax tree and source maps behind the scripts of one recording, each read and parsed at most once. Texts are
 * those that ran: a file may have been changed since.
 */
export class ScriptSources {
  readonly #provider: SourceProvider;
  readonly #mappings: readonly PathMapping[];
  readonly #announced: ReadonlyMap<string, string>;
  readonly #scripts = new Map<string, Script | null>();
  readonly #disk = new Map<string, string | undefined>();
  /** path -> text that runs, where the target told it. */
  readonly #running: ReadonlyMap<string, string>;
  /** path of a source whose map does not carry its text -> path of the script that it became */
  readonly #becameScript = new Map<string, string>();
  readonly #processStartedMs: number | null;
  readonly #drifts = new Map<string, TextMap | null>();
  /** Asked for each frame of each block; asking the disk each time would be felt. */
  readonly #olderThanSource = new Map<string, boolean>();
  readonly #trees = new Map<string, ts.SourceFile | undefined>();
  readonly #embedded = new Map<string, string>();

  constructor(
    provider: SourceProvider,
    scripts: readonly ParsedScript[],
    mappings: readonly PathMapping[],
    processStartedMs: number | null = null,
  ) {
    this.#provider = provider;
    this.#mappings = mappings;
    this.#processStartedMs = processStartedMs;
    this.#running = new Map(
      scripts.flatMap(({ url, source }) => {
        const path = source === undefined ? null : scriptPath(url, mappings);
        return source === undefined || path === null ? [] : [[path, source] as const];
      }),
    );
    this.#announced = new Map(scripts.map((script) => [script.url, script.sourceMapUrl]));
  }

  /** The author's place of a frame's function. */
  locate(frame: CallFrame): LocatedFrame {
    const kind = kindOfFrame(frame);
    if (kind === 'node' || kind === 'native') return { frame, kind, place: null };
    const place = this.original(frame.url, { line: frame.lineNumber, column: frame.columnNumber });
    if (place === null) return { frame, kind, place: null };
    return { frame, kind: kindOfPath(place.path), place };
  }

  /** The author's place of a generated position (zero-based; column -1 when only the line is known). */
  original(url: string, generated: Position): SourcePlace | null {
    const script = this.#script(url);
    if (script === null) return null;
    if (script.map === null) return { path: script.path, position: generated };
    const needle = { line: Math.max(generated.line, 0) + 1, column: Math.max(generated.column, 0) };
    const exact = originalPositionFor(script.map, { ...needle, bias: GREATEST_LOWER_BOUND });
    const found =
      exact.source === null ? originalPositionFor(script.map, { ...needle, bias: LEAST_UPPER_BOUND }) : exact;
    if (found.source === null) return { path: script.path, position: generated };
    const path = this.#pathOfMapped(found.source, script.path);
    const embedded = sourceContentFor(script.map, found.source);
    if (embedded === null) this.#becameScript.set(path, script.path);
    else this.#embedded.set(path, embedded);
    return { path, position: { line: found.line - 1, column: generated.column < 0 ? -1 : found.column } };
  }

  #pathOfMapped(source: string, scriptFile: string): string {
    const folder = dirname(scriptFile);
    const bare = source.replace(webpackScheme, '');
    if (bare === source) return this.#whereItLies(resolve(folder, source.replace(/^file:\/\//, '')));
    // Where webpack ran is not told: the nearest folder around the bundle that has such a file.
    for (const around of foldersAround(folder)) {
      const path = resolve(around, bare);
      if (this.#diskText(path) !== undefined) return path;
    }
    return this.#whereItLies(resolve(folder, bare));
  }

  /** A source that is not where its map says may lie where a mapping says. */
  #whereItLies(path: string): string {
    const mapped = withMappings(path, this.#mappings);
    return mapped === path || this.#diskText(path) !== undefined ? path : mapped;
  }

  /** Paths of the files that a script was made from: those its source map names, else its own. */
  filesBehind(url: string): readonly string[] {
    const script = this.#script(url);
    if (script === null) return [];
    const { map, path } = script;
    if (map === null) return [path];
    return map.sources.flatMap((source) => {
      if (source === null) return [];
      const original = this.#pathOfMapped(source, path);
      const embedded = sourceContentFor(map, source);
      if (embedded === null) this.#becameScript.set(original, path);
      else this.#embedded.set(original, embedded);
      return [original];
    });
  }

  /** Whether the file at a path is known to hold what runs, so that its positions are those of the running code. */
  isAsLoaded(path: string): boolean {
    return !this.#hasDrifted(path) && !this.#isOlderThanSource(path);
  }

  /** Whether positions of this script pass through a source map. */
  isMapped(url: string): boolean {
    return this.#script(url)?.map != null;
  }

  /** The text at a path: what runs where that is known, what a source map carries, else the file's. */
  text(path: string): string | undefined {
    return this.#ranText(path) ?? this.#diskText(path);
  }

  /** Where a range of the text at a path is in the file as it is now. */
  current(path: string, range: Range): CurrentRange {
    const drift = this.#drift(path);
    if (drift === null) return { range, stale: this.#isOlderThanSource(path) };
    const mapped = drift.map(range);
    return mapped === null ? { range, stale: true } : { range: mapped.range, stale: mapped.edited };
  }

  /** What the target told of a text. A source that was compiled in place (tsx) has the path of what runs, not its text. */
  #ranText(path: string): string | undefined {
    return this.#embedded.get(path) ?? (this.#becameScript.has(path) ? undefined : this.#running.get(path));
  }

  /** Whether the text that ran is known not to be the file's. */
  #hasDrifted(path: string): boolean {
    const [ran, now] = [this.#ranText(path), this.#diskText(path)];
    return ran !== undefined && now !== undefined && ran !== now;
  }

  /** How the text that ran became the file's; null where they are the same or one of them is not known. */
  #drift(path: string): TextMap | null {
    const known = this.#drifts.get(path);
    if (known !== undefined) return known;
    const [ran = '', now = ''] = [this.#ranText(path), this.#diskText(path)];
    const drift = this.#hasDrifted(path) ? new TextMap(ran, now, /\.[mc]?tsx?$/.test(path)) : null;
    this.#drifts.set(path, drift);
    return drift;
  }

  /** Whether a source was changed while the process ran and has not been compiled since: its old text is lost. */
  #isOlderThanSource(path: string): boolean {
    const script = this.#becameScript.get(path);
    if (script === undefined || this.#processStartedMs === null) return false;
    const known = this.#olderThanSource.get(path);
    if (known !== undefined) return known;
    const changed = this.#provider.changedAt?.(path) ?? -Infinity;
    const compiled = script === path ? -Infinity : (this.#provider.changedAt?.(script) ?? Infinity);
    const isOlder = changed > this.#processStartedMs && changed > compiled;
    this.#olderThanSource.set(path, isOlder);
    return isOlder;
  }

  #diskText(path: string): string | undefined {
    if (!this.#disk.has(path)) this.#disk.set(path, this.#provider.read(path)?.text);
    return this.#disk.get(path);
  }

  /** The syntax tree at a path, or undefined where the text is not readable. */
  tree(path: string): ts.SourceFile | undefined {
    if (!this.#trees.has(path)) {
      const text = this.text(path);
      const tree =
        text === undefined ? undefined : ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
      this.#trees.set(path, tree);
    }
    return this.#trees.get(path);
  }

  #script(url: string): Script | null {
    const known = this.#scripts.get(url);
    if (known !== undefined) return known;
    const path = scriptPath(url, this.#mappings);
    const script = path === null ? null : { path, map: this.#map(url, path) };
    this.#scripts.set(url, script);
    return script;
  }

  #map(url: string, path: string): TraceMap | null {
    const mapUrl =
      this.#announced.get(url) ?? mapComment.exec(this.text(path)?.slice(-4096) ?? '')?.[1] ?? '';
    if (mapUrl === '') return null;
    if (mapUrl.startsWith('data:')) return parseMap(decodeDataUrl(mapUrl) ?? '', path);
    // The map on disk is that of what was built since.
    if (this.#hasDrifted(path)) return null;
    if (/^[a-z]+:\/\//i.test(mapUrl) && !mapUrl.startsWith('file://')) return null;
    const mapPath = scriptPath(mapUrl, this.#mappings) ?? resolve(dirname(path), mapUrl);
    const text = this.#provider.read(mapPath)?.text;
    return text === undefined ? null : parseMap(text, mapPath);
  }
}
