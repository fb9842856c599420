import { relative, sep } from 'node:path';

/** A path relative to the project root with `/` separators; urls and Node's own script names stay as they are. */
export function relativeTo(root: string, path: string): string {
  if (/^(?:node:|[a-z]{2,}:)/.test(path) || path === '') return path;
  return relative(root, path).split(sep).join('/');
}
