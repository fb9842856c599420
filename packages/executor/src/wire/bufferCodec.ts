import { isDetached, isMessagePort } from './cloneCheck.ts';
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
  readonly keepsBuffers: boolean;
  readonly given: readonly unknown[];
  readonly replaced: (readonly [holder: Holder, key: string | number, buffer: Buffer])[];
}

/** How values are to be packed. */
export interface PackOptions {
  readonly owned?: boolean;
  readonly given?: readonly unknown[];
  readonly keepsBuffers?: boolean;
}

/**
 * Finds Buffers in a list of values, remembers where they are, and swaps those for a copy that would drag a larger
 * memory block with them (small Buffers live in a shared pool). `owned` says that memory may be moved without a copy;
 * `given` lists what the caller transfers himself; connections of processes keep Buffers by themselves. Undefined when
 * there is nothing to do.
 * @throws TypeError for a closed or unlisted port and for memory that is gone: some serializers end the program over
 *   the one and send the other as an empty list.
 */
export function pack(
  values: readonly unknown[],
  { owned = false, given = [], keepsBuffers = false }: PackOptions,
): Packing | undefined {
  if (!values.some((value) => typeof value === 'object' && value !== null)) return undefined;
  const replaced: Walk['replaced'] = [];
  const walk: Walk = {
    owned,
    given,
    keepsBuffers,
    replaced,
    buffers: [],
    transfer: [],
    restore: () => {
      for (const [holder, key, buffer] of replaced) holder[key] = buffer;
    },
  };
  visit(values, walk);
  return walk.buffers.length === 0 ? undefined : walk;
}

/** A container on the way to a value: the way is spelled out only where a Buffer was found. */
interface Step {
  readonly container: object;
  readonly from: Step | undefined;
  readonly key: string | number;
}

// A queue instead of recursion: how deep a value may be nested is for the serializer to say.
function visit(root: object, walk: Walk): void {
  const seen = new Set([root]);
  const queue: Step[] = [{ container: root, from: undefined, key: 0 }];
  for (const step of queue) {
    const holder = step.container as Holder;
    const isList = Array.isArray(holder);
    for (const key of isList ? holder.keys() : Object.keys(holder)) {
      // An accessor is left to structured clone, which calls it once.
      const item: unknown = isList ? holder[key] : Object.getOwnPropertyDescriptor(holder, key)?.value;
      if (typeof item !== 'object' || item === null) continue;
      assertMovable(item, walk);
      if (Buffer.isBuffer(item)) {
        if (!walk.keepsBuffers) packBuffer(item, holder, [...pathOf(step), key], walk);
      } else if ((Array.isArray(item) || isRecord(item)) && seen.size <= maxContainers && !seen.has(item)) {
        seen.add(item);
        queue.push({ container: item, from: step, key });
      }
    }
  }
}

function assertMovable(item: object, { given }: Walk): void {
  const memory = ArrayBuffer.isView(item) ? item.buffer : item;
  const isGone = memory instanceof ArrayBuffer && isDetached(memory);
  if (isGone || (isMessagePort(item) && !given.includes(item)))
    throw new TypeError('A port, or memory that was transferred, could not be cloned');
}

function pathOf(step: Step): ValuePath {
  const path: (string | number)[] = [];
  for (let at = step; at.from !== undefined; at = at.from) path.unshift(at.key);
  return path;
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
