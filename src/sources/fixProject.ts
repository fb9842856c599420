import { readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { ProjectSources, TypeScriptUse } from '../code/modules/projectSources.ts';
import { jsonValue } from '../remedies/edits/jsonEdits.ts';
import type { SourceText } from '../code/sourceProvider.ts';
import { entriesIn } from './entriesIn.ts';
import { PackageReach } from './packageReach.ts';
import { skippedFolders } from './skippedFolders.ts';
import { typeScriptUse } from './typeScriptUse.ts';
import { worldRoot, worldTexts } from './worldTexts.ts';
import { isFile, statOf } from './statOf.ts';

const sourceName = /\.[cm]?[jt]sx?$/;
/** Files with code that is not parsed here, so that a caller in them would be overlooked. */
const otherCode = /\.(vue|svelte|astro|mdx|coffee|civet)$/;
/** More files than this are not followed for callers; a plan then refuses instead of overlooking one. */
const mostFiles = 5000;
/**
 * The same for all of them together: parsed, they take about seventy times as much memory, and a second for every two
 * megabytes. Bytes.
 */
const mostBytes = 16_000_000;
/** Larger files are generated: they are not edited, and a project that has one is not followed for callers. Bytes. */
const largest = 1_000_000;

/**
 * Reads a project from disk as plans ask for it; synchronous, because plans are. What was read is kept, so that edits fit
 * the texts that they were computed for. `unsaved` texts by path go before those on disk.
 */
export function readProject(
  root: string,
  file: string,
  unsaved: ReadonlyMap<string, string> = new Map(),
): ProjectSources {
  return projectOf(resolve(root), nearestManifest(resolve(root), dirname(file)), unsaved);
}

/** Reads the project around each of many files: once for all those that share a package.json. */
export function readProjects(root: string): (file: string) => ProjectSources {
  const projects = new Map<string | null, ProjectSources>();
  return (file) => {
    const manifest = nearestManifest(resolve(root), dirname(file));
    const known = projects.get(manifest?.path ?? null);
    if (known !== undefined) return known;
    const project = projectOf(resolve(root), manifest);
    projects.set(manifest?.path ?? null, project);
    return project;
  };
}

interface Manifest {
  readonly path: string;
  readonly content: unknown;
}

function projectOf(
  root: string,
  manifest: Manifest | null,
  unsaved: ReadonlyMap<string, string> = new Map(),
): ProjectSources {
  const texts = new Map(unsaved);
  const content = manifest?.content ?? null;
  const listed = once(() => listSources(root));
  const reach = once(() => reachOf(root, manifest, listed() ?? []));
  const ranges = ['devDependencies', 'dependencies'].map((field) => jsonValue(content, [field]));
  return {
    esm: jsonValue(content, ['type']) === 'module',
    entries: manifest === null ? [] : entriesOf(manifest),
    dependencies: withInstalled(manifest, Object.assign({}, ...ranges) as Readonly<Record<string, string>>),
    otherTexts: once(() => otherTexts(root, manifest, listed() ?? [], reach())),
    mayImport: (source) => reach().mayUse(source),
    typeScriptOf: remembered((folder) => typeScriptUse(folder, content)),
    files: once(() => withUnsaved(listed(), root, unsaved)),
    read(path) {
      const known = texts.get(path) ?? textOf(path);
      if (known === undefined) return undefined;
      texts.set(path, known);
      return { path, text: known };
    },
  };
}

/** Packages of which it matters which version runs, not only which ones may. */
const exactOnes = ['express'];

/** Ranges by package name, with the installed version where it matters and is there. */
function withInstalled(
  manifest: Manifest | null,
  ranges: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  if (manifest === null) return ranges;
  const installed = exactOnes.flatMap((name) => {
    const version = name in ranges ? installedVersion(dirname(manifest.path), name) : null;
    return version === null ? [] : [[name, version]];
  });
  return { ...ranges, ...(Object.fromEntries(installed) as Readonly<Record<string, string>>) };
}

/** The version of a package that code in a folder gets; null where it is not installed. */
function installedVersion(from: string, name: string): string | null {
  for (let folder = from; ; folder = dirname(folder)) {
    const path = join(folder, 'node_modules', name, 'package.json');
    if (isFile(path)) {
      const version = jsonValue(parsed(readFileSync(path, 'utf8')), ['version']);
      return typeof version === 'string' ? version : null;
    }
    if (folder === dirname(folder)) return null;
  }
}

/** Computes a value when it is first asked for. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}

/** Texts of the package and its workspace that are not parsed, also those outside of the root. */
function otherTexts(
  root: string,
  manifest: Manifest | null,
  sources: readonly string[],
  reach: PackageReach,
): readonly SourceText[] {
  const folder = manifest === null ? root : dirname(manifest.path);
  const texts = worldTexts(worldRoot(folder), new Set(sources));
  reach.learn(texts.map(({ path }) => path));
  return texts.filter((each) => reach.mayUse(each));
}

function reachOf(root: string, manifest: Manifest | null, sources: readonly string[]): PackageReach {
  const folder = manifest === null ? root : dirname(manifest.path);
  const reach = new PackageReach(worldRoot(folder), manifest === null ? null : folder);
  reach.learn(sources);
  return reach;
}

/** Looks a folder up once for all files in it. */
function remembered(look: (folder: string) => TypeScriptUse): (path: string) => TypeScriptUse {
  const known = new Map<string, TypeScriptUse>();
  return (path) => {
    const folder = dirname(path);
    const use = known.get(folder) ?? look(folder);
    known.set(folder, use);
    return use;
  };
}

/** What others import by the package's name; for compiled files also the sources they are likely made from. */
function entriesOf({ path, content }: Manifest): readonly string[] {
  const fields = ['main', 'module', 'exports'].map((field) => jsonValue(content, [field]));
  const named = fields.flatMap(stringsIn);
  const files = named.length > 0 ? named : ['index.js'];
  return files.flatMap((file) => {
    const [, stem = file] = /^(.*?)(\.[cm]?[jt]sx?)?$/.exec(file.replace(/^\.\//, '')) ?? [];
    const stems = [stem, stem.replace(/^[^/]+\//, 'src/'), stem.replace(/^[^/]+\//, '')];
    return stems.flatMap((each) => sourceEndings.map((ending) => join(dirname(path), each + ending)));
  });
}

const sourceEndings = ['.js', '.mjs', '.cjs', '.ts', '.mts', '.cts', '.tsx', '/index.js', '/index.ts'];

const stringsIn = (value: unknown): readonly string[] => {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : [];
};

/** UTF-8 text of a source file; anything else counts as not there, since it cannot be edited. */
function textOf(path: string): string | undefined {
  if (!sourceName.test(path)) return undefined;
  const stat = statOf(path);
  if (stat?.isFile() !== true || stat.size > largest) return undefined;
  const content = readFileSync(path);
  const text = content.toString('utf8');
  return Buffer.from(text).equals(content) ? text : undefined;
}

/** All source files, or null when there are too many, or some that could hold callers and are not understood. */
function listSources(root: string): readonly string[] | null {
  const found: string[] = [];
  let bytes = 0;
  const pending = [root];
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    if (found.length > mostFiles) return null;
    for (const entry of entriesIn(folder)) {
      const path = join(folder, entry.name);
      if (entry.isFile() && otherCode.test(entry.name)) return null;
      if (entry.isDirectory() && !entry.name.startsWith('.') && !skippedFolders.has(entry.name))
        pending.push(path);
      if (!entry.isFile() || !sourceName.test(entry.name) || entry.name.endsWith('.d.ts')) continue;
      // A program may remove its files while they are listed.
      const size = statSync(path, { throwIfNoEntry: false })?.size;
      if (size === undefined) continue;
      bytes += size;
      if (size > largest || bytes > mostBytes) return null;
      found.push(path);
    }
  }
  return found;
}

/** Files that are not on disk yet hold callers like any other; null stays null. */
function withUnsaved(
  files: readonly string[] | null,
  root: string,
  unsaved: ReadonlyMap<string, string>,
): readonly string[] | null {
  const isOwn = (folder: string): boolean => !folder.startsWith('.') && !skippedFolders.has(folder);
  const isInside = (path: string): boolean =>
    sourceName.test(path) && !path.endsWith('.d.ts') && relative(root, path).split(sep).every(isOwn);
  return files === null ? null : [...new Set([...files, ...[...unsaved.keys()].filter(isInside)])];
}

/** The package.json that owns a folder; a broken or missing one tells nothing. */
function nearestManifest(root: string, from: string): Manifest | null {
  for (let folder = from; ; folder = dirname(folder)) {
    const path = join(folder, 'package.json');
    if (isFile(path)) return { path, content: parsed(readFileSync(path, 'utf8')) };
    if (folder === root || folder === dirname(folder)) return null;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // Reported by what edits package.json, if anything has to.
  }
}
