import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { jsonValue } from '../remedies/edits/jsonEdits.ts';
import type { SourceText } from '../code/sourceProvider.ts';
import { isFile } from './statOf.ts';

/** A package of the repository: its folder, and what its package.json says. */
interface PackageFolder {
  readonly folder: string;
  readonly name: string | null;
  /** Names of the packages that it depends on. */
  readonly dependencies: ReadonlySet<string>;
}

const fields = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'];
const specifiers = /(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire\s*\(\s*|\bsrc\s*=\s*)(['"`])([^'"`\n]+)\1/g;
const builtins = new Set(builtinModules);
/**
 * Knows which files of a repository may use a package of it: its own, those of packages that depend on it, and those
 * that name it or a path into it.
 */
export class PackageReach {
  readonly #own: PackageFolder | null;
  readonly #worldRoot: string;
  readonly #byFolder = new Map<string, PackageFolder | null>();
  readonly #byName = new Map<string, PackageFolder>();

  constructor(worldRoot: string, packageFolder: string | null) {
    this.#worldRoot = worldRoot;
    this.#own = packageFolder === null ? null : this.#packageAt(packageFolder);
  }

  /** Remembers the packages of the repository, so that one that depends on the package through another is known. */
  learn(paths: Iterable<string>): void {
    for (const path of paths) {
      const found = this.#packageOf(dirname(path));
      if (found !== null && found.name !== null) this.#byName.set(found.name, found);
    }
  }

  /** Whether a file may use the package; true where that is not known. */
  mayUse({ path, text }: SourceText): boolean {
    const own = this.#own;
    if (own === null) return true;
    const theirs = this.#packageOf(dirname(path));
    if (theirs === null || theirs.folder === own.folder || this.#dependsOnOwn(theirs)) return true;
    if (this.#names(own, text)) return true;
    return [...text.matchAll(specifiers)].some(([, , specifier = '']) =>
      specifier.startsWith('.')
        ? leadsInto(own, theirs, resolve(dirname(path), specifier))
        : this.#isUnknown(theirs, specifier),
    );
  }

  /** Whether a text has the name of the package in quotes, or the path of its folder. */
  #names({ folder, name }: PackageFolder, text: string): boolean {
    if (name !== null && new RegExp(`['"\`]${escaped(name)}['"\`/]`).test(text)) return true;
    const place = relative(this.#worldRoot, folder).split(sep).join('/');
    return place !== '' && new RegExp(`(?<![\\w-])${escaped(place)}/`).test(text);
  }

  /** An import that is no builtin, and no package that theirs depends on: an alias may lead anywhere. */
  #isUnknown(theirs: PackageFolder, specifier: string): boolean {
    if (/^(node:|https?:|data:|#|\/\/)/.test(specifier)) return false;
    const [first = '', second = ''] = specifier.split('/');
    const name = first.startsWith('@') ? `${first}/${second}` : first;
    const ofRepository = this.#byName.get(name);
    if (ofRepository !== undefined) return this.#dependsOnOwn(ofRepository);
    const root = this.#packageAt(this.#worldRoot);
    return !(builtins.has(first) || [theirs, root, this.#own].some((each) => each?.dependencies.has(name)));
  }

  /** Whether a package depends on the own one, by itself or through others of the repository. */
  #dependsOnOwn(start: PackageFolder): boolean {
    const reached = new Set([start]);
    for (const { dependencies } of reached) {
      for (const each of dependencies) {
        if (each === this.#own?.name) return true;
        const next = this.#byName.get(each);
        if (next !== undefined) reached.add(next);
      }
    }
    return false;
  }

  #packageOf(folder: string): PackageFolder | null {
    for (let at = folder; ; at = dirname(at)) {
      const found = this.#packageAt(at);
      if (found !== null || at === this.#worldRoot || at === dirname(at)) return found;
    }
  }

  #packageAt(folder: string): PackageFolder | null {
    const known = this.#byFolder.get(folder);
    if (known !== undefined) return known;
    const found = readPackage(folder);
    this.#byFolder.set(folder, found);
    return found;
  }
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

const isWithin = (folder: string, path: string): boolean => path === folder || path.startsWith(folder + sep);

/** Whether a path of another package leads into the own one, whichever of them lies in the other. */
const leadsInto = (own: PackageFolder, theirs: PackageFolder, target: string): boolean =>
  isWithin(own.folder, target) && !(isWithin(own.folder, theirs.folder) && isWithin(theirs.folder, target));

function readPackage(folder: string): PackageFolder | null {
  const path = join(folder, 'package.json');
  if (!isFile(path)) return null;
  const content = parsed(readFileSync(path, 'utf8'));
  const name = jsonValue(content, ['name']);
  const ranges = fields.map((field) => jsonValue(content, [field]));
  const names = ranges.flatMap((each) =>
    typeof each === 'object' && each !== null ? Object.keys(each) : [],
  );
  return { folder, name: typeof name === 'string' ? name : null, dependencies: new Set(names) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // A broken package.json names nothing.
  }
}
