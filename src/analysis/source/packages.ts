import { dirname, join } from 'node:path';
import type { SourceProvider } from '../../code/sourceProvider.ts';

/** A published package that code belongs to. */
export interface PackageName {
  readonly name: string;
  /** Null where its package.json does not tell. */
  readonly version: string | null;
}

interface Manifest extends PackageName {
  readonly repository: string | null;
  readonly dependencies: ReadonlySet<string>;
}

const modulesFolder = /^(.*[\\/]node_modules[\\/])((?:@[^\\/]+[\\/])?[^\\/]+)(?=[\\/])/;

/** The folder of the package around a file of a dependency, with its name by the folder; null for other files. */
function packageFolder(path: string): { readonly folder: string; readonly name: string } | null {
  const [folder, , name] = modulesFolder.exec(path) ?? [];
  return folder === undefined || name === undefined ? null : { folder, name: name.replace('\\', '/') };
}

/** Whether a path is outside of the package that a script is of. */
export function leavesPackage(script: string, path: string): boolean {
  const own = packageFolder(script);
  return own !== null && packageFolder(path)?.folder !== own.folder;
}

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
const text = (value: unknown): string | null => (typeof value === 'string' ? value.slice(0, 200) : null);

/** `github.com/owner/name`, however its address is written. */
const repositoryName = (address: string): string =>
  address
    .toLowerCase()
    .replace(/#.*$/, '')
    .replace(/^(?:github:)?([\w.-]+\/[\w.-]+)$/, 'github.com/$1')
    .replace(/^(?:git\+)?[a-z]+:\/\//, '')
    .replace(/^[^@/]*@/, '')
    .replace(/^([^/:]+):(?=[^/])/, '$1/')
    .replace(/(?:\.git)?\/*$/, '');

function parseManifest(content: string): Manifest | null {
  try {
    const json = record(JSON.parse(content));
    const repository = text(json['repository']) ?? text(record(json['repository'])['url']);
    return {
      name: text(json['name']) ?? '',
      version: text(json['version']),
      repository: repository === null ? null : repositoryName(repository),
      dependencies: new Set(
        ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'].flatMap((kind) =>
          Object.keys(record(json[kind])),
        ),
      ),
    };
  } catch {
    return null;
  }
}

/** Which packages the code of a program is of, and how near they are to it. Manifests are read once. */
export class Packages {
  readonly #provider: SourceProvider;
  readonly #root: string | null;
  readonly #manifests = new Map<string, Manifest | null>();
  /** The folder of the package that was started, where it is a published one itself. */
  readonly #started: string | null;

  /** `main` is the path of the program's first file, where that is known. */
  constructor(provider: SourceProvider, root: string | null, main: string | null) {
    this.#provider = provider;
    this.#root = root;
    this.#started = main === null ? null : (packageFolder(main)?.folder ?? null);
  }

  /** The package that a file is of; null for the project's own. */
  of(path: string): PackageName | null {
    const found = packageFolder(path);
    if (found === null) return null;
    return { name: found.name, version: this.#manifest(found.folder)?.version ?? null };
  }

  /** Whether a file is of the package that was started, or of one of the same scope or repository. */
  isOfFamily(path: string): boolean {
    const found = packageFolder(path);
    if (found === null || this.#started === null) return false;
    if (found.folder === this.#started) return true;
    const [own, other] = [this.#manifest(this.#started), this.#manifest(found.folder)];
    const scope = own?.name.startsWith('@') === true ? (own.name.split('/')[0] ?? '') : null;
    if (scope !== null && found.name.startsWith(`${scope}/`)) return true;
    return own?.repository != null && own.repository === other?.repository;
  }

  /** Whether a file is of a package that the project, or the package that was started, names as a dependency. */
  isDirect(path: string): boolean {
    const found = packageFolder(path);
    if (found === null) return false;
    const ofProject = this.#nearest(this.#root);
    const ofStarted = this.#started === null ? null : this.#manifest(this.#started);
    return [ofProject, ofStarted].some((manifest) => manifest?.dependencies.has(found.name) === true);
  }

  /** Whether a package that the project imports by its name has another one as a dependency. */
  dependsOn(imported: string, other: string): boolean {
    if (imported === '' || this.#root === null) return false;
    return this.#manifest(join(this.#root, 'node_modules', imported))?.dependencies.has(other) === true;
  }

  #nearest(folder: string | null): Manifest | null {
    if (folder === null) return null;
    const parent = dirname(folder);
    return this.#manifest(folder) ?? (parent === folder ? null : this.#nearest(parent));
  }

  #manifest(folder: string): Manifest | null {
    const known = this.#manifests.get(folder);
    if (known !== undefined) return known;
    const content = this.#provider.read(join(folder, 'package.json'))?.text;
    const manifest = content === undefined ? null : parseManifest(content);
    this.#manifests.set(folder, manifest);
    return manifest;
  }
}
