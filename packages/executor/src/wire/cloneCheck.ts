// Looking for the culprit must not take longer than the task.
const maxVisits = 20_000;

/** True when structured clone accepts the value and what it gave can be read. */
export function isClonable(value: unknown): boolean {
  // Node ends the program over a closed port that is not in a transfer list; an open one is refused anyway.
  if (holdsPort(value)) return false;
  try {
    structuredClone(value);
    return true;
  } catch {
    // The answer is the purpose of the call; the reason is found by `findUnclonable`.
    return false;
  }
}

/** True for what structured clone and `v8.serialize` throw by themselves; a getter's own error is another matter. */
export function isCloneFailure(error: unknown): boolean {
  return /could not be cloned|detached|transfer/i.test(String(error));
}

/** True when the value is nested too deeply to be written, or to be read at the other end. */
export function isTooDeep(error: unknown): boolean {
  return String(error).includes('call stack size exceeded');
}

/** True when a value has more levels than `most`; sees what the containers of plain data hold. */
export function isDeeperThan(most: number, value: unknown): boolean {
  const seen = new Set<unknown>();
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > most) return true;
    level = level.flatMap((item) => {
      if (typeof item !== 'object' || item === null || ArrayBuffer.isView(item) || seen.has(item)) return [];
      seen.add(item);
      return seen.size > maxVisits ? [] : children(item).map(([, child]) => child);
    });
  }
  return false;
}

/** True for memory that was transferred: it has no bytes here any more. */
export function isDetached(memory: ArrayBuffer): boolean {
  if (memory.byteLength > 0) return false;
  try {
    // `detached` came with Node 21; a view of it has always been refused.
    new Uint8Array(memory);
    return false;
  } catch {
    return true;
  }
}

/** True for either end of a `MessageChannel`. */
export function isMessagePort(value: unknown): boolean {
  return value instanceof MessagePort;
}

function holdsPort(root: unknown): boolean {
  let found = false;
  walk(root, '', ({ value }) => {
    found ||= isMessagePort(value);
    return !found && !ArrayBuffer.isView(value);
  });
  return found;
}

/** A value inside another one. */
export interface Place {
  readonly value: unknown;
  readonly path: string;
}

/** What stands in the way of cloning a value; undefined when nothing does. Breadth first, the innermost culprit. */
export function findUnclonable(root: unknown, name: string): Place | undefined {
  let culprit: Place | undefined;
  walk(root, name, (place) => {
    if (isLeaf(culprit?.value) || isClonable(place.value)) return false;
    culprit = place;
    return !ArrayBuffer.isView(place.value) && !isMessagePort(place.value);
  });
  return culprit;
}

function isLeaf(value: unknown): boolean {
  return typeof value === 'function' || typeof value === 'symbol' || isMessagePort(value);
}

/** Visits a value and what it holds, breadth first; `visit` says whether to look inside. */
export function walk(root: unknown, name: string, visit: (place: Place) => boolean): void {
  const queue: Place[] = [{ value: root, path: name }];
  const seen = new Set<unknown>();
  for (const place of queue) {
    if (seen.has(place.value) || seen.size > maxVisits) continue;
    if (visit(place) && typeof place.value === 'object' && place.value !== null) {
      seen.add(place.value);
      for (const [step, value] of children(place.value)) queue.push({ value, path: place.path + step });
    }
  }
}

function children(value: object): [string, unknown][] {
  if (value instanceof Map) {
    return [...(value as ReadonlyMap<unknown, unknown>)].flatMap(([key, item]): [string, unknown][] => [
      ['.keys()', key],
      [`.get(${typeof key === 'string' ? JSON.stringify(key) : typeof key})`, item],
    ]);
  }
  if (value instanceof Set) return [...(value as ReadonlySet<unknown>)].map((item) => ['.values()', item]);
  return Object.keys(value).map((key) => [stepTo(value, key), readProperty(value, key)]);
}

// A getter that throws is itself what structured clone trips over; its holder is reported.
function readProperty(value: object, key: string): unknown {
  try {
    return (value as Readonly<Record<string, unknown>>)[key];
  } catch {
    return undefined;
  }
}

function stepTo(holder: object, key: string): string {
  if (Array.isArray(holder)) return `[${key}]`;
  return /^[\w$]+$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

/** Names a value for a message. */
export function describe(value: unknown): string {
  if (typeof value === 'function') return `function ${value.name}`;
  if (typeof value !== 'object' || value === null) return String(value);
  const memory = ArrayBuffer.isView(value) ? value.buffer : value;
  if (memory instanceof ArrayBuffer && isDetached(memory)) return 'its memory was transferred and is gone';
  if (isMessagePort(value)) return 'a MessagePort moves only when the transfer list names it';
  const maker: unknown = readProperty(value, 'constructor');
  return typeof maker === 'function' ? `instance of ${maker.name}` : 'object';
}
