import { dirname } from 'node:path';

/** Webpack's own schemes with the layer of a module, before a path that begins at the folder in which webpack ran. */
const webpackScheme = /^webpack(?:-internal)?:\/\/[^/]*\/(?:\([\w-]+\)\/)?(?:\.\/)?/;
/** Webpack tells the texts that one file became apart by a hash. */
const webpackHash = /\?[\da-f]{4,}$/;

/** The name of a source as a map has it, without the scheme of a bundler. */
export const withoutScheme = (source: string): string =>
  webpackScheme.test(source) ? source.replace(webpackScheme, '').replace(webpackHash, '') : source;

/** A folder and all those around it, the innermost first. */
export function* foldersAround(folder: string): Generator<string> {
  yield folder;
  const parent = dirname(folder);
  if (parent !== folder) yield* foldersAround(parent);
}
