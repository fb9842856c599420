import { isRecord } from './bufferCodec.ts';
import { describe, walk } from './cloneCheck.ts';

// Enough to see every shape that occurs, little enough not to be felt.
const maxInspected = 500;
// User classes read [object Object]; structured clone has rules of its own for the others.
const userTag = '[object Object]';
// Web classes that some Node versions clone to an empty object.
const emptied =
  /^\[object (?:URL|URLSearchParams|Headers|FormData|Request|Response|TextEncoder|TextDecoder|Intl\.\w+)\]$/;
const plainClasses: readonly unknown[] = [
  Array,
  Map,
  Set,
  Date,
  RegExp,
  Error,
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
  AggregateError,
].map(({ prototype }) => prototype as unknown);
const errorKeys = new Set(['name', 'message', 'stack', 'cause', 'errors']);

/**
 * Paths of values that a worker gets without an error and without something that they have here: their class,
 * accessors, symbols, hidden properties, being frozen. Buffers survive in lists and objects, and where the connection
 * keeps them.
 */
export function findDegraded(root: unknown, name: string, keepsBuffers: boolean): string[] {
  const found: string[] = [];
  let left = maxInspected;
  walk(root, name, ({ value, path }) => {
    if (typeof value !== 'object' || value === null || left-- <= 0) return false;
    if (ArrayBuffer.isView(value)) {
      if (!keepsBuffers && Buffer.isBuffer(value) && /\.(?:get\([^)]*\)|values\(\)|keys\(\))$/.test(path))
        found.push(`${path} (Buffer in a Map or Set)`);
      return false;
    }
    const lost = value === root ? [] : lossesOf(value);
    found.push(...lost.map((loss) => `${path}${loss}`));
    return lost.length === 0 || isRecord(value);
  });
  return found;
}

/** What a value loses: each with the rest of its path and the reason. */
function lossesOf(value: object): string[] {
  const tag = Object.prototype.toString.call(value);
  if (emptied.test(tag)) return [` (${describe(value)})`];
  if (tag !== userTag) return lossesOfPlatform(value);
  if (!isRecord(value)) return [` (${describe(value)})`];
  const losses = Object.getPrototypeOf(value) === null ? [' (no prototype)'] : [];
  if (Object.isFrozen(value) && Reflect.ownKeys(value).length > 0) losses.push(' (frozen)');
  else if (Object.isSealed(value) && Reflect.ownKeys(value).length > 0) losses.push(' (sealed)');
  return [...losses, ...lossesOfProperties(value)];
}

function lossesOfPlatform(value: object): string[] {
  const isPlain = plainClasses.includes(Object.getPrototypeOf(value));
  const isKnown =
    Array.isArray(value) || value instanceof Map || value instanceof Set || value instanceof Error;
  if (!isPlain && isKnown) return [` (${describe(value)})`];
  if (Array.isArray(value)) return Object.isFrozen(value) && value.length > 0 ? [' (frozen)'] : [];
  if (value instanceof RegExp && value.lastIndex !== 0) return ['.lastIndex'];
  if (value instanceof Error)
    return Object.getOwnPropertyNames(value)
      .filter((key) => !errorKeys.has(key))
      .map((key) => `.${key} (property of an error)`);
  return [];
}

function lossesOfProperties(value: object): string[] {
  return Reflect.ownKeys(value).flatMap((key) => {
    if (typeof key === 'symbol') return [`[${String(key)}] (symbol)`];
    const property = Object.getOwnPropertyDescriptor(value, key);
    if (property === undefined) return [];
    if ('get' in property) return [`.${key} (accessor)`];
    return property.enumerable === true ? [] : [`.${key} (not enumerable)`];
  });
}
