import { existsSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import bundled from 'typescript';

/** The compiler of a project. */
export interface ProjectCompiler {
  readonly ts: typeof bundled;
  /** Folder of the `lib.*.d.ts` files. */
  readonly libs: string;
}

/** The oldest whose language service takes what is asked of it. */
const oldest = 4.7;

/**
 * The TypeScript that a folder resolves to. It is code of the project, and runs only where the project is trusted: elsewhere,
 * and where it is too old or has no language service, the bundled one reads the project's `lib.*.d.ts` files.
 */
export function compilerOf(folder: string, isTrusted: boolean): ProjectCompiler | null {
  const home = homeOfTypeScript(folder);
  if (home === null) return null;
  const own = isTrusted ? loaded(home) : null;
  return { ts: own ?? bundled, libs: join(home, 'lib') };
}

function homeOfTypeScript(folder: string): string | null {
  for (let at = folder; ; at = dirname(at)) {
    const home = join(at, 'node_modules/typescript');
    if (existsSync(join(home, 'lib/lib.d.ts'))) return home;
    if (at === dirname(at)) return null;
  }
}

function loaded(home: string): typeof bundled | null {
  try {
    const own = createRequire(join(home, 'package.json'))(home) as Partial<typeof bundled>;
    const isFit =
      own.createLanguageService !== undefined && Number.parseFloat(own.versionMajorMinor ?? '0') >= oldest;
    return isFit ? own : null;
  } catch {
    return null; // A broken installation: the bundled one does it.
  }
}

/** A project as its tsconfig.json describes it. */
export interface TypeConfig {
  readonly path: string;
  readonly files: readonly string[];
  readonly options: bundled.CompilerOptions;
}

/** The configuration that covers a file: the nearest tsconfig.json or jsconfig.json, or one that it refers to. */
export function configFor(ts: typeof bundled, file: string): TypeConfig | null {
  for (let at = dirname(file); ; at = dirname(at)) {
    for (const name of ['tsconfig.json', 'jsconfig.json']) {
      const path = join(at, name);
      if (isFile(path)) return covering(ts, path, file);
    }
    if (at === dirname(at)) return null;
  }
}

function covering(ts: typeof bundled, path: string, file: string): TypeConfig {
  const own = readConfig(ts, path);
  if (own.files.includes(file)) return own;
  const referred = own.references.map((each) => readConfig(ts, each));
  return referred.find(({ files }) => files.includes(file)) ?? own;
}

interface ReadConfig extends TypeConfig {
  readonly references: readonly string[];
}

function readConfig(ts: typeof bundled, path: string): ReadConfig {
  const { config } = ts.readConfigFile(path, (each) => readFileSync(each, 'utf8')) as { config?: unknown };
  const parsed = ts.parseJsonConfigFileContent(config ?? {}, ts.sys, dirname(path), undefined, path);
  const references = (parsed.projectReferences ?? []).map((each) =>
    each.path.endsWith('.json') ? each.path : join(each.path, 'tsconfig.json'),
  );
  return { path, files: parsed.fileNames, options: parsed.options, references: references.filter(isFile) };
}

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() === true;
