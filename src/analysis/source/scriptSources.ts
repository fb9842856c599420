import { dirname, resolve } from 'node:path';
import {
  generatedPositionFor,
  GREATEST_LOWER_BOUND,
  LEAST_UPPER_BOUND,
  originalPositionFor,
  sourceContentFor,
  type TraceMap,
} from '@jridgewell/trace-mapping';
import ts from 'typescript';
import type { Position, Range } from '../../base/position.ts';
import type { CallFrame, ParsedScript } from '../../recording/recording.ts';
import type { SourceProvider } from '../../code/sourceProvider.ts';
import { isPathOrFileUrl } from '../../base/scriptAddress.ts';
import { AnnouncedScripts } from './announcedScripts.ts';
import { leavesPackage, Packages } from './packages.ts';
import { isOfOwnPreload, kindOfFrame, kindOfPath, type FrameKind } from './frameKind.ts';
import { scriptPath, withMappings, type PathMapping } from './scriptPath.ts';
import { decodeDataUrl, hasScheme, isCrowded, mapComment, parseMap, sameText } from './sourceMapText.ts';
import { foldersAround, withoutScheme } from './sourceNames.ts';
import { TextMap } from './textMap.ts';

/**
 * A place in the source as its author wrote it; `column` is -1 where only the line is known. `path` is that of a file,
 * or the address of a script that is in no file.
 */
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
  /** The path of its file; the script's address if it has none. */
  readonly path: string;
  readonly map: TraceMap | null;
}

/** More files of one's own than this are not looked through for a call. */
const mostOwnScripts = 500;

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
  /** The packages that the code of dependencies is of. */
  readonly packages: Packages;
  readonly #scriptUrls: readonly string[];
  #folders: readonly string[] | undefined;
  /** map -> generated line -> whether it holds many lines of the source */
  readonly #crowded = new Map<TraceMap, Map<number, boolean>>();
  readonly #provider: SourceProvider;
  readonly #mappings: readonly PathMapping[];
  readonly #announced: AnnouncedScripts;
  /** Where sources lie that inline maps name without saying from where. */
  readonly #root: string | null;
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
    root: string | null = null,
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
    this.#announced = new AnnouncedScripts(scripts);
    this.#root = root;
    this.#scriptUrls = scripts.map(({ url }) => url);
    this.packages = new Packages(provider, root, this.#mainPath(scripts));
  }

  /** The first file that the program loaded: scripts are numbered in that order. */
  #mainPath(scripts: readonly ParsedScript[]): string | null {
    const [first] = scripts
      .filter(({ url }) => isPathOrFileUrl(url) && !isOfOwnPreload(url))
      .sort((a, b) => Number(a.scriptId) - Number(b.scriptId));
    return first === undefined ? null : this.#realPath(scriptPath(first.url, this.#mappings));
  }

  /** Paths of the project's own sources that the program loaded, as far as they are known; bounded. */
  ownSources(): readonly string[] {
    const paths = new Set(this.#ownUrls().flatMap((url) => this.filesBehind(url)));
    return [...paths].filter((path) => kindOfPath(path) === 'user' && isPathOrFileUrl(path));
  }

  /** Paths of sources of the program's own family that the program loaded and that name a package; bounded. */
  familySources(name: string): readonly string[] {
    const paths = this.#scriptUrls
      .filter((url) => isPathOrFileUrl(url) && kindOfPath(url) === 'dependency')
      .flatMap((url) => this.filesBehind(url))
      .filter((path) => this.packages.isOfFamily(path));
    return [...new Set(paths)]
      .slice(0, mostOwnScripts)
      .filter((path) => this.text(path)?.includes(name) === true);
  }

  #ownUrls(): readonly string[] {
    const isOwn = (url: string): boolean =>
      isPathOrFileUrl(url) && kindOfPath(url) === 'user' && !isOfOwnPreload(url);
    return this.#scriptUrls.filter(isOwn).slice(0, mostOwnScripts);
  }

  /** The author's place of a frame's function. */
  locate(frame: CallFrame): LocatedFrame {
    const kind = kindOfFrame(frame);
    if (kind === 'node' || kind === 'native') return { frame, kind, place: null };
    const at = { line: frame.lineNumber, column: frame.columnNumber };
    const place = this.original(frame.url, at, frame.scriptId);
    if (place === null) return { frame, kind, place: null };
    const isMapped = this.#script(frame.url, frame.scriptId)?.map != null;
    return { frame, kind: kind === 'generated' && !isMapped ? kind : kindOfPath(place.path), place };
  }

  /**
   * The author's place of a generated position (zero-based; column -1 when only the line is known). `scriptId` tells
   * scripts of one address apart.
   */
  original(url: string, generated: Position, scriptId = ''): SourcePlace | null {
    const script = this.#script(url, scriptId);
    if (script === null) return null;
    if (script.map === null) return { path: script.path, position: generated };
    const needle = { line: Math.max(generated.line, 0) + 1, column: Math.max(generated.column, 0) };
    const exact = originalPositionFor(script.map, { ...needle, bias: GREATEST_LOWER_BOUND });
    const found =
      exact.source === null ? originalPositionFor(script.map, { ...needle, bias: LEAST_UPPER_BOUND }) : exact;
    if (found.source === null) return { path: script.path, position: generated };
    const path = this.#sourceOf(script, script.map, found.source);
    if (this.#isUnpublished(script.path, path)) return { path: script.path, position: generated };
    return { path, position: { line: found.line - 1, column: generated.column < 0 ? -1 : found.column } };
  }

  /** Whether a generated line (zero-based) holds code of so many lines of the source that it tells nothing. */
  isManyInOne(url: string, line: number, scriptId = ''): boolean {
    const map = this.#script(url, scriptId)?.map ?? null;
    if (map === null || line < 0) return false;
    const known = this.#crowded.get(map) ?? new Map<number, boolean>();
    this.#crowded.set(map, known);
    const answer = known.get(line) ?? isCrowded(map, line);
    known.set(line, answer);
    return answer;
  }

  /** The path of a source that a map names. */
  #sourceOf(script: Script, map: TraceMap, source: string): string {
    const embedded = sourceContentFor(map, source);
    const path = isPathOrFileUrl(script.path)
      ? this.#pathOfMapped(source, script.path)
      : this.#pathWithText(source, embedded, script.path);
    if (embedded !== null) this.#embedded.set(path, embedded);
    else if (isPathOrFileUrl(path)) this.#becameScript.set(path, script.path);
    return path;
  }

  /**
   * Whether a package was published without the source that its map names: then its script is the file to open. A map that
   * leads out of the package may even name a file of the project.
   */
  #isUnpublished(script: string, source: string): boolean {
    if (kindOfPath(script) !== 'dependency' || source === script) return false;
    return leavesPackage(script, source) || this.#diskText(source) === undefined;
  }

  #pathOfMapped(source: string, scriptFile: string): string {
    const folder = dirname(scriptFile);
    const bare = withoutScheme(source);
    if (bare === source) return this.#whereItLies(resolve(folder, source.replace(/^file:\/\//, '')));
    // Where webpack ran is not told: the nearest folder around the bundle that has such a file.
    for (const around of foldersAround(folder)) {
      const path = resolve(around, bare);
      if (this.#diskText(path) !== undefined) return path;
    }
    return this.#whereItLies(resolve(folder, bare));
  }

  /**
   * The file of a source whose script is not in a file itself. Only a file with the same text as in the source map
   * counts, because nothing says which folder its name is relative to. Otherwise the script's address is used.
   */
  #pathWithText(source: string, embedded: string | null, address: string): string {
    const bare = withoutScheme(source);
    const written = scriptPath(bare, this.#mappings);
    const candidates =
      written === null ? this.#foldersOfProject().map((folder) => resolve(folder, bare)) : [written];
    const path =
      embedded === null || (written === null && this.#root === null)
        ? undefined
        : candidates.find((candidate) => sameText(this.#diskText(candidate), embedded));
    if (path !== undefined) return path;
    return hasScheme.test(source) ? source : `${address}#${source}`;
  }

  /** Folders from which the name of a source without a path may count: those around the project, and around its scripts. */
  #foldersOfProject(): readonly string[] {
    this.#folders ??= [
      ...new Set([
        ...foldersAround(this.#root ?? ''),
        ...this.#ownUrls()
          .map((url) => scriptPath(url, this.#mappings))
          .flatMap((path) => (path === null ? [] : [...foldersAround(dirname(path))])),
      ]),
    ];
    return this.#folders;
  }

  /** A source that is not where its map says may lie where a mapping says. */
  #whereItLies(path: string): string {
    const mapped = withMappings(path, this.#mappings);
    return mapped === path || this.#diskText(path) !== undefined ? path : mapped;
  }

  /** Paths of the files that a script was made from: those its source map names, else its own. */
  filesBehind(url: string): readonly string[] {
    const script = this.#script(url, '');
    if (script === null) return [];
    const { map, path } = script;
    if (map === null) return [path];
    const sources = map.sources.flatMap((source) =>
      source === null ? [] : [this.#sourceOf(script, map, source)],
    );
    return sources.some((source) => this.#isUnpublished(path, source)) ? [path] : sources;
  }

  /** Where a place of a source is in a script that was made from it; null where the script's map does not say. */
  compiledPlace(url: string, { path, position }: SourcePlace): SourcePlace | null {
    const script = this.#script(url, '');
    if (script?.map == null) return null;
    const { map, path: file } = script;
    const source = map.sources.find((each) => each !== null && this.#sourceOf(script, map, each) === path);
    if (source == null) return null;
    const needle = { source, line: position.line + 1, column: Math.max(position.column, 0) };
    const before = generatedPositionFor(map, { ...needle, bias: GREATEST_LOWER_BOUND });
    const found =
      before.line === null ? generatedPositionFor(map, { ...needle, bias: LEAST_UPPER_BOUND }) : before;
    return found.line === null
      ? null
      : { path: file, position: { line: found.line - 1, column: found.column } };
  }

  /** Whether the file at a path is known to hold what runs, so that its positions are those of the running code. */
  isAsLoaded(path: string): boolean {
    return !this.#hasDrifted(path) && !this.#isOlderThanSource(path);
  }

  /** Whether the text at the place of a frame is known to be the one that ran, or what its map says it was made of. */
  isTextThatRan(frame: CallFrame, { path }: SourcePlace): boolean {
    return this.#ranText(path) !== undefined || this.#script(frame.url, frame.scriptId)?.map != null;
  }

  /** The text at a path: the running text if known, else that of a source map, else the file's. */
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
    if (!isPathOrFileUrl(path)) return undefined;
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

  #script(url: string, scriptId: string): Script | null {
    const isFile = isPathOrFileUrl(url);
    const key = isFile ? url : this.#announced.keyOf(url, scriptId);
    const known = this.#scripts.get(key);
    if (known !== undefined) return known;
    const path = this.#realPath(scriptPath(url, this.#mappings));
    const script = path === null ? this.#addressed(url, scriptId) : { path, map: this.#map(url, path) };
    this.#scripts.set(key, script);
    return script;
  }

  #realPath(path: string | null): string | null {
    if (path === null || kindOfPath(path) !== 'dependency') return path;
    return this.#provider.realPath?.(path) ?? path;
  }

  /** A script without a file: only what the target itself said of it counts. */
  #addressed(url: string, scriptId: string): Script | null {
    const mapUrl = this.#announced.mapUrlOf(url, scriptId);
    const map = mapUrl.startsWith('data:') ? parseMap(decodeDataUrl(mapUrl) ?? '', '') : null;
    return url === '' && map === null ? null : { path: url, map };
  }

  #map(url: string, path: string): TraceMap | null {
    const mapUrl =
      this.#announced.mapUrlAt(url) ?? mapComment.exec(this.text(path)?.slice(-4096) ?? '')?.[1] ?? '';
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
