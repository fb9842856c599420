import { isRecord } from './bufferCodec.ts';
import { describe, walk } from './cloneCheck.ts';

// Enough to see every shape that occurs, little enough not to be felt.
const maxInspected = 500;
// Array, Arguments, Error, Date, …: structured clone has rules of its own for them. User classes read [object Object].
const userTag = '[object Object]';

/** Paths of values that structured clone accepts but strips: class instances and accessors. */
export function findDegraded(root: unknown, name: string): string[] {
  const found: string[] = [];
  let left = maxInspected;
  walk(root, name, ({ value, path }) => {
    if (typeof value !== 'object' || value === null || left-- <= 0 || ArrayBuffer.isView(value)) return false;
    if (Object.prototype.toString.call(value) !== userTag)
      return Array.isArray(value) || value instanceof Map || value instanceof Set;
    if (!isRecord(value)) {
      found.push(`${path} (${describe(value)})`);
      return false;
    }
    for (const [key, property] of Object.entries(Object.getOwnPropertyDescriptors(value))) {
      if ('get' in property) found.push(`${path}.${key} (accessor)`);
    }
    return true;
  });
  return found;
}
