import { isAbsolute, resolve, sep } from 'node:path';
import type { Position } from '../../base/position.ts';
import { functionHashes, hashAround } from '../../analysis/source/functionHashes.ts';
import { kindOfFrame, kindOfPath } from '../../analysis/source/frameKind.ts';
import type { PathMapping } from '../../analysis/source/scriptPath.ts';
import { ScriptSources } from '../../analysis/source/scriptSources.ts';
import { relativeTo } from '../../report/relativePath.ts';
import { stackIn } from '../../report/stackIn.ts';
import type { CallFrame, Recording } from '../../recording/recording.ts';
import type { Finding, Findings, FindingSite, StackFrame } from '../../report/finding.ts';
import type { CodeOnStack, LoadedCode } from '../../report/report.ts';
import type { SourceProvider } from '../../code/sourceProvider.ts';
import { unknownHash } from './codeChange.ts';
import { versionOf } from './packageVersion.ts';

/** How files of a recording are found. */
export interface CodeOptions {
  readonly root: string;
  readonly mappings: readonly PathMapping[];
}

/** All texts of a program together; beyond it the rest is not told. Characters. */
const mostText = 30_000_000;

/** A position in a file, whose name is relative to the root. */
interface Place {
  readonly file: string;
  readonly position: Position;
}

/**
 * The code that one run of a program loaded, as hashes: two recordings tell by it whether the code on a finding's stack
 * changed between them. It is read when it is first seen: files may be edited while the program runs.
 */
export class LoadedCodeReader {
  readonly #provider: SourceProvider;
  readonly #options: CodeOptions;
  readonly #loaded = new Map<string, readonly string[]>();
  readonly #seen = new Set<string>();
  readonly #packages = new Set<string>();
  /** path of a source -> url of a script that was made from it */
  readonly #scriptOf = new Map<string, string>();
  /** finding id -> code on its stack */
  readonly #onStacks = new Map<string, readonly CodeOnStack[]>();
  #textSize = 0;

  constructor(provider: SourceProvider, options: CodeOptions) {
    this.#provider = provider;
    this.#options = options;
  }

  /** Enters the loaded code, and for each finding the code on its stack, into what a recording came to. */
  enter(found: Findings, recording: Recording): Findings {
    const scripts = recording.threads.flatMap((thread) => thread.scripts);
    const { mappings, root } = this.#options;
    const sources = new ScriptSources(this.#provider, scripts, mappings, recording.processStartedMs, root);
    for (const url of recording.threads.flatMap(urlsOf)) this.#learn(url, sources);
    const findings = found.findings
      .map((finding) => this.#withCode(finding, found, sources))
      .map((finding) => this.#withCompiled(finding, sources));
    const code: LoadedCode = Object.fromEntries(this.#loaded);
    return { ...found, recording: { ...found.recording, code }, findings };
  }

  #learn(url: string, sources: ScriptSources): void {
    if (this.#seen.has(url)) return;
    this.#seen.add(url);
    for (const path of kindOfFrame(frameOf(url)) === 'native' ? [] : sources.filesBehind(url)) {
      // Code without a file has an address alone.
      if (!isAbsolute(path)) continue;
      this.#scriptOf.set(path, url);
      if (kindOfPath(path) === 'dependency') this.#learnPackage(path);
      else this.#learnFile(path, sources);
    }
  }

  #learnFile(path: string, sources: ScriptSources): void {
    const file = this.#nameOf(path);
    this.#textSize += sources.text(path)?.length ?? 0;
    if (this.#loaded.has(file) || this.#textSize > mostText) return;
    const tree = sources.tree(path);
    if (tree !== undefined) this.#loaded.set(file, functionHashes(tree));
  }

  #learnPackage(path: string): void {
    const folder = packageFolder(path);
    if (folder === null || this.#packages.has(folder)) return;
    this.#packages.add(folder);
    const version = versionOf(folder);
    if (version !== null) this.#loaded.set(this.#nameOf(folder), [version]);
  }

  #withCode(finding: Finding, found: Findings, sources: ScriptSources): Finding {
    const known = this.#onStacks.get(finding.id);
    if (known !== undefined) return { ...finding, code: known };
    const seen = placesOf(finding, found)
      .map((place) => this.#codeAt(place, sources))
      .filter((each) => each !== null);
    if (seen.length === 0) return finding;
    const code = [...new Map(seen.map((each) => [keyOf(each), each])).values()];
    this.#onStacks.set(finding.id, code);
    return { ...finding, code };
  }

  /** Where the source of a call is not here, the script that was made from it can be shown instead. */
  #withCompiled(finding: Finding, sources: ScriptSources): Finding {
    const { callSite } = finding;
    if (callSite === null || callSite.origin === 'node') return finding;
    const path = resolve(this.#options.root, callSite.file);
    const url = this.#scriptOf.get(path);
    if (url === undefined || this.#provider.read(path) !== undefined) return finding;
    const position = callSite.range.start;
    const place = sources.compiledPlace(url, { path, position });
    if (place === null || this.#provider.read(place.path) === undefined) return finding;
    const compiled = { file: this.#nameOf(place.path), position: place.position };
    return { ...finding, callSite: { ...callSite, compiled } };
  }

  #codeAt({ file, position }: Place, sources: ScriptSources): CodeOnStack | null {
    const path = resolve(this.#options.root, file);
    if (kindOfPath(path) === 'dependency') return this.#packageOf(path);
    // The file was saved after the program had loaded it: what ran is not known.
    if (!sources.isAsLoaded(path)) return { file, hash: unknownHash };
    const tree = sources.tree(path);
    const hash = tree === undefined ? null : hashAround(tree, position);
    return hash === null ? null : { file, hash };
  }

  #packageOf(path: string): CodeOnStack | null {
    const folder = packageFolder(path);
    if (folder === null) return null;
    this.#learnPackage(path);
    const file = this.#nameOf(folder);
    const [hash] = this.#loaded.get(file) ?? [];
    return hash === undefined ? null : { file, hash };
  }

  #nameOf(path: string): string {
    return relativeTo(this.#options.root, path);
  }
}

const frameOf = (url: string): CallFrame => ({
  functionName: '',
  scriptId: '',
  url,
  lineNumber: 0,
  columnNumber: 0,
});

/** The urls of the scripts that a thread announced; of a profile file, of those that it names. */
function urlsOf({ scripts, windows }: Recording['threads'][number]): readonly string[] {
  if (scripts.length > 0) return scripts.map(({ url }) => url);
  const urls = windows.flatMap(({ nodes }) => nodes.map(({ callFrame }) => callFrame.url));
  return [...new Set(urls)].filter((url) => url !== '' && !url.startsWith('node:'));
}

const keyOf = ({ file, hash }: CodeOnStack): string => `${hash} ${file}`;

/** The places of a finding's own code: its call, and the frames of its longest block that keeps a stack. */
function placesOf({ id, callSite }: Finding, { blocks }: Findings): readonly Place[] {
  let stack: readonly StackFrame[] = [];
  let longest = -1;
  for (const block of blocks) {
    const part = block.parts.find(({ findingId }) => findingId === id);
    const own = stackIn(block, id);
    if (part === undefined || part.ms <= longest || own.length === 0) continue;
    [stack, longest] = [own, part.ms];
  }
  const frames = stack.filter(({ kind }) => kind === 'user' || kind === 'dependency');
  return [...siteOf(callSite), ...frames];
}

const siteOf = (site: FindingSite | null): readonly Place[] =>
  site === null || site.origin === 'node' ? [] : [{ file: site.file, position: site.range.start }];

/** The folder of the innermost package that a path lies in: `…/node_modules/@scope/name`. */
function packageFolder(path: string): string | null {
  const parts = path.split(sep);
  const at = parts.lastIndexOf('node_modules');
  const length = parts[at + 1]?.startsWith('@') === true ? 2 : 1;
  return at < 0 || parts[at + length] === undefined ? null : parts.slice(0, at + 1 + length).join(sep);
}
