import { readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { ProjectSources } from '../analysis/remedies/projectSources.ts';
import { jsonValue } from '../analysis/remedies/jsonEdits.ts';

/** The project as a plan saw it: what it read is kept, so that the written edits fit the text they were computed for. */
export interface ReadProject extends ProjectSources {
  /** Texts by path, as they were first read. */
  readonly texts: ReadonlyMap<string, string>;
}

/** Folders that hold no source of the project's own. */
const skipped: ReadonlySet<string> = new Set([
  'node_modules',
  'dist',
  'build',
  'out',
  'coverage',
  'vendor',
  'bower_components',
]);
const sourceName = /\.[cm]?[jt]sx?$/;
/** More files than this are not followed for callers; a plan then refuses instead of overlooking one. */
const mostFiles = 5000;
/** Larger files are generated. Bytes. */
const largest = 1_000_000;

/** Reads a project from disk as plans ask for it; synchronous, because plans are. */
export function readProject(root: string, file: string): ReadProject {
  const texts = new Map<string, string>();
  const manifest = nearestManifest(resolve(root), dirname(file));
  const ranges = ['devDependencies', 'dependencies'].map((field) => jsonValue(manifest, [field]));
  return {
    texts,
    esm: jsonValue(manifest, ['type']) === 'module',
    dependencies: Object.assign({}, ...ranges) as Readonly<Record<string, string>>,
    files: () => listSources(resolve(root)),
    read(path) {
      const known = texts.get(path) ?? textOf(path);
      if (known === undefined) return undefined;
      texts.set(path, known);
      return { path, text: known };
    },
  };
}

/** UTF-8 text of a source file; anything else counts as not there, since it cannot be edited. */
function textOf(path: string): string | undefined {
  if (!sourceName.test(path)) return undefined;
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat?.isFile() !== true || stat.size > largest) return undefined;
  const content = readFileSync(path);
  const text = content.toString('utf8');
  return Buffer.from(text).equals(content) ? text : undefined;
}

function listSources(root: string): readonly string[] {
  const found: string[] = [];
  const pending = [root];
  for (
    let folder = pending.pop();
    folder !== undefined && found.length <= mostFiles;
    folder = pending.pop()
  ) {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory() && !entry.name.startsWith('.') && !skipped.has(entry.name)) pending.push(path);
      if (entry.isFile() && sourceName.test(entry.name) && !entry.name.endsWith('.d.ts')) found.push(path);
    }
  }
  return found;
}

/** The package.json that owns a folder; a broken or missing one tells nothing. */
function nearestManifest(root: string, from: string): unknown {
  for (let folder = from; ; folder = dirname(folder)) {
    const path = join(folder, 'package.json');
    if (statSync(path, { throwIfNoEntry: false })?.isFile() === true)
      return parsed(readFileSync(path, 'utf8'));
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
