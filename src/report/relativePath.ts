import { relative, sep } from 'node:path';
import { isPathOrFileUrl } from '../base/scriptAddress.ts';

/** A path relative to the project root with `/` separators; anything else (`node:fs`, `$:/core/x.js`) stays as it is. */
export const relativeTo = (root: string, path: string): string =>
  path.startsWith('file://') || !isPathOrFileUrl(path) ? path : relative(root, path).split(sep).join('/');
