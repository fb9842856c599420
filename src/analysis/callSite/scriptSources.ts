import { dirname, resolve } from 'node:path';
import {
  GREATEST_LOWER_BOUND,
  LEAST_UPPER_BOUND,
  originalPositionFor,
  sourceContentFor,
  TraceMap,
} from '@jridgewell/trace-mapping';
import ts from 'typescript';
import type { Position } from '../../base/position.ts';
import type { CallFrame, ParsedScript } from '../recording.ts';
import type { SourceProvider } from '../sourceProvider.ts';
import { kindOfFrame, kindOfPath, type FrameKind } from './frameKind.ts';
import { scriptPath, type PathMapping } from './scriptPath.ts';

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

/** A map's source as a path: bundlers put their own scheme before project-relative names. */
function pathOfMapped(source: string, scriptFile: string): string {
  const bare = source.replace(/^webpack:\/\/[^/]*\/(?:\.\/)?/, '').replace(/^file:\/\//, '');
  return resolve(dirname(scriptFile), bare);
}

/** Text, syntax tree and source maps behind the scripts of one recording, each read and parsed at most once. */
export class ScriptSources {
  readonly #provider: SourceProvider;
  readonly #mappings: readonly PathMapping[];
  readonly #announced: ReadonlyMap<string, string>;
  readonly #scripts = new Map<string, Script | null>();
  readonly #texts = new Map<string, string | undefined>();
  readonly #trees = new Map<string, ts.SourceFile | undefined>();
  readonly #embedded = new Map<string, string>();

  constructor(provider: SourceProvider, scripts: readonly ParsedScript[], mappings: readonly PathMapping[]) {
    this.#provider = provider;
    this.#mappings = mappings;
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
    const path = pathOfMapped(found.source, script.path);
    const embedded = sourceContentFor(script.map, found.source);
    if (embedded !== null) this.#embedded.set(path, embedded);
    return { path, position: { line: found.line - 1, column: generated.column < 0 ? -1 : found.column } };
  }

  /** Whether positions of this script pass through a source map. */
  isMapped(url: string): boolean {
    return this.#script(url)?.map != null;
  }

  /** The text at a path: the file's, or what a source map carries. */
  text(path: string): string | undefined {
    if (!this.#texts.has(path)) this.#texts.set(path, this.#provider.read(path)?.text);
    return this.#texts.get(path) ?? this.#embedded.get(path);
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
    if (/^[a-z]+:\/\//i.test(mapUrl) && !mapUrl.startsWith('file://')) return null;
    const mapPath = scriptPath(mapUrl, this.#mappings) ?? resolve(dirname(path), mapUrl);
    const text = this.#provider.read(mapPath)?.text;
    return text === undefined ? null : parseMap(text, mapPath);
  }
}
