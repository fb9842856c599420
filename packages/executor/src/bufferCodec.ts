import type { ValuePath } from './wire.ts';

/** What was done to make values ready for structured clone. */
export interface Packing {
  /** Where a `Buffer` was; structured clone would hand over a plain `Uint8Array`. */
  readonly buffers: ValuePath[];
  /** Memory that may be moved, because it was copied for that. */
  readonly transfer: ArrayBuffer[];
  /** Puts the caller's Buffers back; to be called as soon as the message is written. */
  readonly restore: () => void;
}

// Containers looked into for Buffers; beyond it they arrive as Uint8Array. It bounds the cost for huge data.
const maxContainers = 20_000;
// From this size on, one copy here and a move beat the two copies of structured clone.
const moveBytes = 65_536;

type Holder = Record<string | number, unknown>;

interface Walk extends Packing {
  readonly owned: boolean;
  readonly given: readonly unknown[];
  readonly seen: Set<object>;
  readonly replaced: (readonly [holder: Holder, key: string | number, buffer: Buffer])[];
}

/**
 * Finds Buffers in a list of values, remembers where they are, and swaps those for a copy that would drag a larger
 * memory block with them (small Buffers live in a shared pool). `owned` says that memory may be moved without a copy;
 * `given` lists what the caller transfers himself. Undefined when there is nothing to do.
 */
export function pack(
  values: readonly unknown[],
  owned: boolean,
  given: readonly unknown[] = [],
): Packing | undefined {
  if (!values.some((value) => typeof value === 'object' && value !== null)) return undefined;
  const replaced: Walk['replaced'] = [];
  const walk: Walk = {
    owned,
    given,
    replaced,
    buffers: [],
    transfer: [],
    seen: new Set(),
    restore: () => {
      for (const [holder, key, buffer] of replaced) holder[key] = buffer;
    },
  };
  visit(values, [], walk);
  return walk.buffers.length === 0 ? undefined : walk;
}

function visit(container: object, path: ValuePath, walk: Walk): void {
  if (walk.seen.has(container) || walk.seen.size > maxContainers) return;
  walk.seen.add(container);
  const holder = container as Holder;
  for (const key of Array.isArray(container) ? container.keys() : Object.keys(container)) {
    // An accessor is left to structured clone, which calls it once.
    const item: unknown = Array.isArray(container)
      ? holder[key]
      : Object.getOwnPropertyDescriptor(holder, key)?.value;
    if (typeof item !== 'object' || item === null) continue;
    if (Buffer.isBuffer(item)) packBuffer(item, holder, [...path, key], walk);
    else if (Array.isArray(item) || isRecord(item)) visit(item, [...path, key], walk);
  }
}

function packBuffer(buffer: Buffer, holder: Holder, path: ValuePath, walk: Walk): void {
  walk.buffers.push(path);
  const memory = buffer.buffer;
  if (!(memory instanceof ArrayBuffer) || walk.given.includes(memory)) return;
  const isWhole = buffer.byteLength === memory.byteLength;
  if (isWhole && buffer.byteLength < moveBytes) return;
  if (isWhole && walk.owned) {
    if (!walk.transfer.includes(memory)) walk.transfer.push(memory);
    return;
  }
  const key = path[path.length - 1] ?? 0;
  const copy = new Uint8Array(buffer);
  // What is frozen travels as it is: dearer, but right.
  if (!Reflect.set(holder, key, copy)) return;
  walk.transfer.push(copy.buffer);
  walk.replaced.push([holder, key, buffer]);
}

/** Makes the values at the given paths of a list Buffers again; returns the list. */
export function unpack(
  values: readonly unknown[],
  buffers: readonly ValuePath[] | undefined,
): readonly unknown[] {
  for (const path of buffers ?? []) {
    let holder = values as unknown as Holder;
    for (const step of path.slice(0, -1)) holder = holder[step] as Holder;
    const key = path[path.length - 1] ?? 0;
    const bytes = holder[key];
    if (bytes instanceof Uint8Array)
      holder[key] = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
  return values;
}

/** True for objects that structured clone keeps as they are: `{…}` and `Object.create(null)`. */
export function isRecord(value: object): value is Record<string, unknown> {
  const prototype = Object.getPrototypeOf(value) as object | null;
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
