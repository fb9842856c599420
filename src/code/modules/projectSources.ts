import { bareModule } from '../catalog/catalog.ts';
import type { SourceProvider, SourceText } from '../sourceProvider.ts';

/** How the TypeScript of a folder runs, where the text of a file does not tell. */
export interface TypeScriptUse {
  /** Imports name files as they are on disk, `./a.ts`: nothing compiles them, or what does accepts that. */
  readonly namesFiles: boolean;
  /** Neither package.json nor a compiler decides whether a file is an ES module: what is written in it does. */
  readonly isModuleBySyntax: boolean;
  /** It becomes CommonJS, where an import without an ending works under every tool and one with `.js` does not. */
  readonly isCommonJs?: boolean;
}

/** What a plan may read beyond the file of the call. */
export interface ProjectSources extends SourceProvider {
  /**
   * Paths of all source files of the project, dependencies left out; null when callers are not to be followed, or cannot
   * all be found.
   */
  readonly files: (() => readonly string[] | null) | null;
  /** Whether package.json says `"type": "module"`. */
  readonly esm: boolean;
  /** Files that other packages and programs import by the name of the package; absolute, as far as package.json tells. */
  readonly entries?: readonly string[];
  /** Version ranges from package.json by package name. */
  readonly dependencies: Readonly<Record<string, string>>;
  /**
   * Text files of the package and its workspace that are not among `files` and may hold callers all the same: scripts
   * without an ending, hidden folders, pages, configuration.
   */
  readonly otherTexts?: () => readonly SourceText[];
  /**
   * Whether a file may use code of the package; unknown means that it may. Another package of the repository that does
   * not depend on it has no callers, whatever names it uses.
   */
  readonly mayImport?: (source: SourceText) => boolean;
  /** How the TypeScript around a file runs; unknown means that it is compiled before. */
  readonly typeScriptOf?: (path: string) => TypeScriptUse;
}

/** A project of which only the file of the call is known: a fix that needs the callers is refused. */
export const fileAlone: ProjectSources = {
  read: () => undefined,
  files: null,
  esm: false,
  dependencies: {},
};

const endings = ['', '.js', '.ts', '.mjs', '.mts', '.cjs', '.cts', '.jsx', '.tsx', '/index.js', '/index.ts'];
const compiled: Readonly<Record<string, readonly string[]>> = {
  '.js': ['.ts', '.tsx', '.jsx'],
  '.mjs': ['.mts'],
  '.cjs': ['.cts'],
};

/** The file a relative specifier means, with TypeScript's habit of writing `.js` for a `.ts` file; undefined for packages. */
export function resolveRelative(
  project: SourceProvider,
  from: string,
  specifier: string,
): SourceText | undefined {
  if (!/^\.\.?(\/|$)/.test(specifier)) return undefined;
  const base = joinPath(folderOf(from), specifier);
  const ending = /\.[cm]?js$/.exec(base)?.[0];
  const sources =
    ending === undefined ? [] : (compiled[ending] ?? []).map((each) => base.slice(0, -ending.length) + each);
  for (const path of [base, ...sources, ...endings.map((each) => base + each)]) {
    const found = /\.[cm]?[jt]sx?$/.test(path) ? project.read(path) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Whether a specifier names a builtin module or a package rather than a file of the project. */
export const isPackage = (specifier: string): boolean => !/^[./]/.test(bareModule(specifier));

/** The folder of a path, with `/`. */
export const folderOf = (path: string): string => path.replaceAll('\\', '/').replace(/\/[^/]*$/, '');

/** A path without `.` and `..`. */
export function joinPath(folder: string, specifier: string): string {
  const parts = folder.split('/');
  for (const part of specifier.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}
