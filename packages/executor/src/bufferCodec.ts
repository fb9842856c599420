import type { ValuePath } from './wire.ts';

/** A value made ready for structured clone. */
export interface PackedValue {
  readonly value: unknown;
  /** Where a `Buffer` was; structured clone would hand over a plain `Uint8Array`. */
  readonly buffers: readonly ValuePath[] | undefined;
  /** Memory that may be moved, because this function copied it. */
  readonly transfer: ArrayBuffer[] | undefined;
}

// Containers looked into for Buffers; beyond it they arrive as Uint8Array. It bounds the cost for huge data.
const maxContainers = 20_000;
// From this size on, one copy here and a move beat the two copies of structured clone.
const moveBytes = 65_536;

interface Walk {
  readonly keep: boolean;
  readonly given: readonly unknown[];
  budget: number;
  buffers: ValuePath[] | undefined;
  transfer: ArrayBuffer[] | undefined;
  seen: Set<object> | undefined;
}

const asIs: PackedValue = { value: undefined, buffers: undefined, transfer: undefined };

/** True when `pack` has nothing to do: neither the value nor one of the list's items is an object. */
export function isPlain(values: readonly unknown[]): boolean {
  for (const value of values) if (typeof value === 'object' && value !== null) return false;
  return true;
}

/**
 * Finds Buffers, remembers where they are, and replaces those that would drag a larger memory block
 * with them (small Buffers live in a shared pool). Containers are copied only along a replaced path;
 * the caller's own objects never change. `owned` says that memory may be moved without a copy;
 * `given` lists what the caller transfers by himself.
 */
export function pack(value: unknown, owned: boolean, given: readonly unknown[] = []): PackedValue {
  if (typeof value !== 'object' || value === null) return { ...asIs, value };
  const walk: Walk = {
    keep: owned,
    given,
    budget: maxContainers,
    buffers: undefined,
    transfer: undefined,
    seen: undefined,
  };
  const packed = visit(value, [], walk);
  return { value: packed, buffers: walk.buffers, transfer: walk.transfer };
}

function visit(value: unknown, path: ValuePath, walk: Walk): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (ArrayBuffer.isView(value)) return Buffer.isBuffer(value) ? packBuffer(value, path, walk) : value;
  if (!Array.isArray(value) && !isRecord(value)) return value;
  if (walk.budget-- <= 0 || walk.seen?.has(value) === true) return value;
  (walk.seen ??= new Set()).add(value);
  return Array.isArray(value) ? visitArray(value, path, walk) : visitRecord(value, path, walk);
}

function visitArray(list: readonly unknown[], path: ValuePath, walk: Walk): unknown {
  let copy: unknown[] | undefined;
  for (let index = 0; index < list.length; index++) {
    const item = list[index];
    if (typeof item !== 'object' || item === null) continue;
    const packed = visit(item, [...path, index], walk);
    if (packed !== item) (copy ??= list.slice())[index] = packed;
  }
  return copy ?? list;
}

function visitRecord(record: Readonly<Record<string, unknown>>, path: ValuePath, walk: Walk): unknown {
  let copy: Record<string, unknown> | undefined;
  for (const key of Object.keys(record)) {
    const descriptor = Object.getOwnPropertyDescriptor(record, key);
    // An accessor is left to structured clone, which calls it once.
    const item: unknown = descriptor?.value;
    if (typeof item !== 'object' || item === null) continue;
    const packed = visit(item, [...path, key], walk);
    if (packed !== item) (copy ??= { ...record })[key] = packed;
  }
  return copy ?? record;
}

function packBuffer(buffer: Buffer, path: ValuePath, walk: Walk): unknown {
  (walk.buffers ??= []).push(path);
  const memory = buffer.buffer;
  if (!(memory instanceof ArrayBuffer) || walk.given.includes(memory)) return buffer;
  const whole = buffer.byteLength === memory.byteLength;
  if (whole && buffer.byteLength < moveBytes) return buffer;
  const moved = whole && walk.keep ? buffer : new Uint8Array(buffer);
  const transfer = (walk.transfer ??= []);
  if (!transfer.includes(moved.buffer as ArrayBuffer)) transfer.push(moved.buffer as ArrayBuffer);
  return moved;
}

/** Makes the values at the given paths Buffers again, in place; returns the value itself. */
export function unpack(value: unknown, buffers: readonly ValuePath[] | undefined): unknown {
  if (buffers === undefined) return value;
  const root = { value };
  for (const path of buffers) {
    const steps = ['value', ...path];
    const last = steps.pop();
    let holder = root as unknown as Record<string | number, unknown>;
    for (const step of steps) holder = holder[step] as Record<string | number, unknown>;
    const bytes = last === undefined ? undefined : holder[last];
    if (last !== undefined && bytes instanceof Uint8Array) {
      holder[last] = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
  }
  return root.value;
}

/** True for objects that structured clone keeps as they are: `{…}` and `Object.create(null)`. */
export function isRecord(value: object): value is Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(value);
  return (
    prototype === null ||
    prototype === Object.prototype ||
    Object.getPrototypeOf(prototype as object) === null
  );
}
