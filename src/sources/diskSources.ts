import { readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, extname } from 'node:path';
import type { SourceProvider, SourceText } from '../code/sourceProvider.ts';

/** Names come from the target: only source text, source maps and manifests are ever opened, so that no other file is shown. */
const readable: ReadonlySet<string> = new Set([
  '.js',
  '.mjs',
  '.cjs',
  '.jsx',
  '.ts',
  '.mts',
  '.cts',
  '.tsx',
  '.map',
  '.vue',
  '.svelte',
]);
/** Larger files are bundles or data; reading them would cost more than they tell. Bytes. */
const largest = 20_000_000;

const isReadable = (path: string): boolean =>
  readable.has(extname(path).toLowerCase()) || basename(path) === 'package.json';

function read(path: string): SourceText | undefined {
  if (!isReadable(path) || path.includes('\0')) return undefined;
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined || !stat.isFile() || stat.size > largest) return undefined;
  return { path, text: readFileSync(path, 'utf8') };
}

/** Sources of which an editor has some that are not saved yet. */
export function withUnsaved(sources: SourceProvider, unsaved: readonly SourceText[]): SourceProvider {
  const texts = new Map(unsaved.map((source) => [source.path, source]));
  return { ...sources, read: (path) => texts.get(path) ?? sources.read(path) };
}

/** Source text as it lies on disk. A file that cannot be read counts as not there. */
export function diskSources(): SourceProvider {
  return {
    read(path) {
      try {
        return read(path);
      } catch {
        return undefined; // Gone or forbidden since: the report then names the function alone.
      }
    },
    realPath(path) {
      try {
        return realpathSync(path);
      } catch {
        return path; // Not on this machine, or not to be read.
      }
    },
    changedAt(path) {
      try {
        return readable.has(extname(path).toLowerCase()) ? statSync(path).mtimeMs : undefined;
      } catch {
        return undefined;
      }
    },
  };
}
