import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { jsonValue } from '../remedies/edits/jsonEdits.ts';
import type { TypeScriptUse } from '../code/modules/projectSources.ts';
import { isFile } from './statOf.ts';

/** Tools that leave `./a.ts` in what they write, or do not accept it. */
const compilers = /\b(?:tsc|ts-node|swc|babel)\b/;
/** Node itself runs a TypeScript file, without a loader that reads imports in its own way. */
const runsByNode = /\bnode\s(?![^&|;]*(?:--import|--require|--loader|\s-r\s))[^&|;]*\.[cm]?ts\b/;

/** How the TypeScript of a folder runs, by its tsconfig.json and its package.json (null where there is none). */
export function typeScriptUse(folder: string, manifest: unknown): TypeScriptUse {
  const options = compilerOptionsOf(folder);
  const rewrites = options?.rewriteRelativeImportExtensions === true;
  const isTyped = jsonValue(manifest, ['type']) !== undefined;
  return {
    namesFiles: namesFiles(options, scriptsOf(manifest)),
    isModuleBySyntax: !isTyped && (!rewrites || emitsModules(options.module)),
    isCommonJs:
      jsonValue(manifest, ['type']) !== 'module' && options !== null && !emitsModules(options.module),
  };
}

function namesFiles(options: ts.CompilerOptions | null, scripts: string): boolean {
  if (options === null) return !compilers.test(scripts);
  if (options.allowImportingTsExtensions === true || options.rewriteRelativeImportExtensions === true)
    return true;
  return options.noEmit === true && runsByNode.test(scripts);
}

const scriptsOf = (manifest: unknown): string => {
  const scripts = jsonValue(manifest, ['scripts']);
  return typeof scripts === 'object' && scripts !== null ? Object.values(scripts).join('\n') : '';
};

const emitsModules = (module: ts.ModuleKind | undefined): boolean =>
  module !== undefined &&
  ((module >= ts.ModuleKind.ES2015 && module <= ts.ModuleKind.ESNext) || module === ts.ModuleKind.Preserve);

/** The options of the nearest tsconfig.json with those that it extends; null where there is none. */
function compilerOptionsOf(folder: string): ts.CompilerOptions | null {
  for (let at = folder; ; at = dirname(at)) {
    const path = join(at, 'tsconfig.json');
    if (isFile(path)) {
      const { config } = ts.readConfigFile(path, readText) as { readonly config?: unknown };
      return ts.parseJsonConfigFileContent(config ?? {}, host, at, undefined, path).options;
    }
    if (at === dirname(at)) return null;
  }
}

const readText = (path: string): string => readFileSync(path, 'utf8');

/** Finds what a tsconfig.json extends; its files are not looked for. */
const host: ts.ParseConfigHost = {
  useCaseSensitiveFileNames: true,
  fileExists: isFile,
  readFile: (path) => (isFile(path) ? readText(path) : undefined),
  readDirectory: () => [],
};
