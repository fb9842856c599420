import { readFile, realpath } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';
import { isFolder } from './programFiles.ts';
import { isRecord, member, readString } from '../../protocol/readValue.ts';

/** A package on disk. */
export interface InstalledPackage {
  readonly name: string;
  /** Absolute, links followed. */
  readonly folder: string;
  /** Its package.json, as it is. */
  readonly manifest: unknown;
}

async function packageIn(folder: string): Promise<InstalledPackage | null> {
  const text = await readFile(join(folder, 'package.json'), 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    const manifest: unknown = JSON.parse(text);
    return { name: readString(member(manifest, 'name')) ?? '', folder, manifest };
  } catch (error) {
    if (error instanceof SyntaxError) return { name: '', folder, manifest: null };
    throw error;
  }
}

/** The package that a file belongs to; null where no folder above it has a package.json. */
export async function packageAround(path: string): Promise<InstalledPackage | null> {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const found = await packageIn(folder);
    // A package.json without a name only says how modules are written in a part of a package.
    if (found !== null && (found.name !== '' || folder === dirname(folder))) return found;
    if (folder === dirname(folder)) return null;
  }
}

/** The package that code in a folder means by a name; null where it is not installed. */
export async function findPackage(from: string, name: string): Promise<InstalledPackage | null> {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (await isFolder(candidate)) {
      const real = await realpath(candidate);
      return (await packageIn(real)) ?? { name, folder: real, manifest: null };
    }
    if (folder === dirname(folder)) return null;
  }
}

/** The packages that a package needs when it runs. */
export function productionDependencies(manifest: unknown): readonly string[] {
  return ['dependencies', 'optionalDependencies', 'peerDependencies'].flatMap((kind) => {
    const named = member(manifest, kind);
    return isRecord(named) ? Object.keys(named) : [];
  });
}

/** Files that a text imports by their place: `./a.js`, `../lib`. */
export const relativeImports = (text: string): readonly string[] => [
  ...new Set([...text.matchAll(placed)].map(([, name = '']) => name)),
];

/** Whether a text loads files whose names it computes or finds by looking around. */
export const loadsByComputedName = (text: string): boolean => computed.test(text);

const placed = /(?:\brequire\s*\(|\bfrom|\bimport\s*\(|\bimport)\s*['"`](\.{1,2}\/[^'"`]*|\.{1,2})['"`]/g;
const computed = /\b(?:require|import)\s*\(\s*(?!['"`)]|`[^`$]*`)|\bautoload\b|\breaddir|\bglob\b/i;
const imported = /(?:\brequire\s*\(|\bfrom|\bimport\s*\(|\bimport)\s*['"]([^'"./\\][^'"]*)['"]/g;

/** The packages that a text imports. */
export function namedPackages(text: string): readonly string[] {
  const names = [...text.matchAll(imported)].map(([, name = '']) => packageOf(name));
  return [...new Set(names)].filter((name) => name !== '' && !isBuiltin(name));
}

/** `@scope/name/part` → `@scope/name`. */
export const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
