import { isError } from './errorCodec.ts';
import { isRecord } from './bufferCodec.ts';

// Looking for the culprit must not take longer than the task.
const maxVisits = 50_000;

/** True when structured clone accepts the value. */
export function isClonable(value: unknown): boolean {
  if (typeof value === 'function' || typeof value === 'symbol') return false;
  if (typeof value !== 'object' || value === null) return true;
  try {
    structuredClone(value);
    return true;
  } catch {
    // The answer is the purpose of the call; the reason is found by `findUnclonable`.
    return false;
  }
}

/** What stands in the way of cloning a value, and where. */
export interface Unclonable {
  readonly path: string;
  readonly what: string;
}

interface Place {
  readonly value: unknown;
  readonly path: string;
}

/** Finds the innermost value that cannot be cloned, breadth first; undefined when there is none. */
export function findUnclonable(root: unknown, name: string): Unclonable | undefined {
  const queue: Place[] = [{ value: root, path: name }];
  const seen = new Set<unknown>();
  let deepest: Unclonable | undefined;
  for (let at = 0; at < queue.length && at < maxVisits; at++) {
    const place = queue[at];
    if (place === undefined || seen.has(place.value)) continue;
    const { value, path } = place;
    if (typeof value === 'function') return { path, what: `function ${value.name || '(anonymous)'}` };
    if (typeof value === 'symbol') return { path, what: String(value) };
    if (typeof value !== 'object' || value === null || isClonable(value)) continue;
    seen.add(value);
    deepest = { path, what: describe(value) };
    queue.push(...children(value, path));
  }
  return deepest;
}

function describe(value: object): string {
  const maker: unknown = (value as { constructor?: unknown }).constructor;
  return typeof maker === 'function' && maker !== Object ? `instance of ${maker.name}` : 'object';
}

function children(value: object, path: string): Place[] {
  if (value instanceof Map) {
    return [...value].flatMap(([key, item], index) => [
      { value: key as unknown, path: `${path}.keys()[${String(index)}]` },
      { value: item as unknown, path: `${path}.get(${label(key)})` },
    ]);
  }
  if (value instanceof Set)
    return [...value].map((item, index) => ({
      value: item as unknown,
      path: `${path}.values()[${String(index)}]`,
    }));
  return Object.keys(value).flatMap((key): Place[] => {
    const item = readProperty(value, key);
    return item === undefined ? [] : [{ value: item, path: `${path}${step(value, key)}` }];
  });
}

function readProperty(value: object, key: string): unknown {
  try {
    return (value as Record<string, unknown>)[key];
  } catch {
    // A getter that throws is itself what structured clone trips over; its holder is reported.
    return undefined;
  }
}

function step(holder: object, key: string): string {
  if (Array.isArray(holder)) return `[${key}]`;
  return /^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

function label(key: unknown): string {
  return typeof key === 'string' ? JSON.stringify(key) : typeof key === 'object' ? '…' : String(key);
}

const platformClasses = new Set(
  [
    'Date',
    'RegExp',
    'Map',
    'Set',
    'ArrayBuffer',
    'SharedArrayBuffer',
    'Boolean',
    'String',
    'Number',
    'BigInt',
  ].map((name) => `[object ${name}]`),
);

// Enough to see every shape that occurs, little enough not to be felt.
const maxInspected = 500;

/** Paths of values that structured clone accepts but strips: class instances and accessors. */
export function findDegraded(root: unknown, name: string): string[] {
  const found: string[] = [];
  const queue: Place[] = [{ value: root, path: name }];
  const seen = new Set<unknown>();
  for (let at = 0; at < queue.length && at < maxInspected; at++) {
    const place = queue[at];
    if (place === undefined || typeof place.value !== 'object' || place.value === null) continue;
    if (seen.has(place.value) || !isOwnShape(place.value)) continue;
    seen.add(place.value);
    if (!Array.isArray(place.value) && !isRecord(place.value) && !isCollection(place.value)) {
      found.push(`${place.path} (${describe(place.value)})`);
      continue;
    }
    for (const key of accessors(place.value)) found.push(`${place.path}${step(place.value, key)} (accessor)`);
    queue.push(...children(place.value, place.path));
  }
  return found;
}

function isCollection(value: object): boolean {
  return value instanceof Map || value instanceof Set;
}

// Platform objects have their own rules in structured clone; they are not ours to judge.
function isOwnShape(value: object): boolean {
  if (isCollection(value)) return true;
  if (
    ArrayBuffer.isView(value) ||
    isError(value) ||
    platformClasses.has(Object.prototype.toString.call(value))
  )
    return false;
  return !(value instanceof MessagePort) && !(value instanceof Blob) && !(Symbol.toStringTag in value);
}

function accessors(value: object): string[] {
  if (Array.isArray(value) || isCollection(value)) return [];
  return Object.keys(value).filter((key) => Object.getOwnPropertyDescriptor(value, key)?.get !== undefined);
}
