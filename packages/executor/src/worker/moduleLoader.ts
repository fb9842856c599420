import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, extname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { constants, Script } from 'node:vm';
import type { WireReference, WorkerSetup } from '../wire/wire.ts';

type AnyFunction = (...args: unknown[]) => unknown;
type Namespace = Readonly<Record<string, unknown>>;

/** The part of `loaders.ts` that a worker calls. */
export interface LoaderModule {
  readonly importTypeScript: (file: string, preferred: WorkerSetup['loader']) => Promise<unknown>;
}

const extensions = ['.js', '.mjs', '.cjs', '.ts', '.mts', '.cts', '.tsx'];
const requireHere = createRequire(join(process.cwd(), 'noop.js'));

/** Finds the function a reference names; rejects with `ERR_TASK_…` codes that say what to do. */
export async function loadTask(ref: WireReference, setup: WorkerSetup): Promise<AnyFunction> {
  const module = ref.kind === 'builtin' ? builtin(ref.module) : await importModule(ref, setup);
  const found = pick(module, ref.export);
  if (typeof found === 'function') return found as AnyFunction;
  throw failure(
    'ERR_TASK_EXPORT_NOT_FOUND',
    `${ref.module} has no exported function named "${ref.export}"; it exports: ${names(module)}`,
  );
}

function builtin(module: string): unknown {
  return module === 'global' ? globalThis : (requireHere(module) as unknown);
}

async function importModule(ref: WireReference, setup: WorkerSetup): Promise<unknown> {
  if (ref.kind === 'bare') return importPackage(ref.module, ref.base ?? process.cwd());
  const file = findFile(ref, setup);
  if (file === undefined) return import(ref.module);
  try {
    return /\.[mc]?tsx?$/.test(file)
      ? await importTypeScript(file, setup)
      : await import(pathToFileURL(file).href);
  } catch (error) {
    const missing = (error as { code?: unknown } | null)?.code;
    // TypeScript sources run by a loader import './x.js' for './x.ts'.
    if (missing !== 'ERR_MODULE_NOT_FOUND' || setup.loaders === undefined || !file.includes('.ts'))
      throw error;
    return importTypeScript(file, setup);
  }
}

// A package is found from the file that named it; what `require` may not see is left to the rules of `import`.
async function importPackage(name: string, base: string): Promise<unknown> {
  const require = createRequire(base);
  let file: string;
  try {
    file = require.resolve(name);
  } catch (error) {
    const loader = (constants as typeof constants | undefined)?.USE_MAIN_CONTEXT_DEFAULT_LOADER;
    if (loader === undefined) throw error;
    const script = new Script('(name) => import(name)', { filename: base, importModuleDynamically: loader });
    return (script.runInThisContext() as (name: string) => Promise<unknown>)(name);
  }
  return file === name ? (require(name) as unknown) : import(pathToFileURL(file).href);
}

async function importTypeScript(file: string, setup: WorkerSetup): Promise<unknown> {
  if (setup.loaders === undefined || !existsSync(setup.loaders)) return import(pathToFileURL(file).href);
  const loaders = requireHere(setup.loaders) as LoaderModule;
  return loaders.importTypeScript(file, setup.loader);
}

/**
 * The file a reference names, healed as `loadTask` heals it. Undefined: not a file (data: URLs and the like), left to
 * import() itself. Throws `ERR_TASK_MODULE_NOT_FOUND` and `ERR_TASK_BUNDLED`.
 */
export function findFile(ref: WireReference, setup: Pick<WorkerSetup, 'entry'>): string | undefined {
  if (/^(?!file:)[a-z][a-z0-9+.-]+:/i.test(ref.module)) return undefined;
  const file = ref.module.startsWith('file:') ? fileURLToPath(ref.module.replace(/[?#].*$/, '')) : ref.module;
  const beside =
    ref.stem === undefined || stemOf(file) === ref.stem ? file : join(dirname(file), `${ref.stem}.js`);
  const places = [beside, ...(ref.stem === undefined ? [] : [join(setup.entry ?? '.', `${ref.stem}.js`)])];
  const found = places.map(withOtherExtension).find((place) => place !== undefined);
  if (found !== undefined) return found;
  throw ref.stem === undefined ? notFound(file) : bundled(ref.stem, places);
}

function notFound(file: string): Error {
  return failure(
    'ERR_TASK_MODULE_NOT_FOUND',
    `${file} does not exist, with any of the extensions ${extensions.join(' ')}`,
  );
}

function bundled(stem: string, places: readonly string[]): Error {
  return failure(
    'ERR_TASK_BUNDLED',
    `The task file "${stem}" is not beside the running code: looked for ${places.join(' and ')}. If a bundler moved it ` +
      `into another file, add it to the entry points: esbuild src/app.ts src/${stem}.ts --bundle --platform=node --outdir=dist`,
  );
}

function withOtherExtension(file: string): string | undefined {
  if (existsSync(file)) return file;
  const stem = file.slice(0, file.length - extname(file).length);
  return extensions.map((extension) => stem + extension).find((name) => existsSync(name));
}

function stemOf(file: string): string {
  return basename(file).replace(/\.[mc]?[jt]sx?$/, '');
}

function pick(module: unknown, path: string): unknown {
  return walk(module, path) ?? walk((module as Namespace | undefined)?.['default'], path);
}

function walk(root: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((value, key) => (value as Namespace | null | undefined)?.[key], root);
}

function names(module: unknown): string {
  const keys = typeof module === 'object' && module !== null ? Object.keys(module) : [];
  return keys.length === 0 ? 'nothing' : keys.slice(0, 20).join(', ');
}

function failure(code: string, message: string): Error {
  return Object.assign(new TypeError(message), { name: 'TaskReferenceError', code });
}
