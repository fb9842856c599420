import { dirname } from 'node:path';

/** Webpack's own schemes, before a path that begins at the folder in which webpack ran. */
const webpackScheme = /^webpack(?:-internal)?:\/\/[^/]*\/(?:\.\/)?/;

/** The name of a source as a map has it, without the scheme of a bundler. */
export const withoutScheme = (source: string): string => source.replace(webpackScheme, '');

/** A folder and all those around it, the innermost first. */
export function* foldersAround(folder: string): Generator<string> {
  yield folder;
  const parent = dirname(folder);
  if (parent !== folder) yield* foldersAround(parent);
}
