import { createRequire } from 'node:module';
import type { WireReference } from '../../wire/wire.ts';

// Modules whose functions block: the likely ones first. Each is loaded only when a search reaches it.
const modules = [
  'fs',
  'crypto',
  'zlib',
  'child_process',
  'v8',
  'util',
  'path',
  'buffer',
  'os',
  'querystring',
  'url',
  'dns',
  'vm',
];
const globals = [
  'structuredClone',
  'atob',
  'btoa',
  'encodeURIComponent',
  'decodeURIComponent',
  'encodeURI',
  'decodeURI',
  'parseInt',
  'parseFloat',
];
const namespaces = [
  'JSON',
  'Math',
  'Object',
  'Reflect',
  'Atomics',
  'Intl',
  'Array',
  'Buffer',
  'String',
  'Number',
  'Date',
];

const found = new WeakMap<object, WireReference | null>();
let load: ((name: string) => unknown) | undefined;

/** Finds which builtin module or global object a function belongs to; undefined when it is none. */
export function findBuiltin(fn: (...args: never[]) => unknown): WireReference | undefined {
  let known = found.get(fn);
  if (known === undefined) {
    known = search(fn) ?? null;
    found.set(fn, known);
  }
  return known ?? undefined;
}

function search(fn: (...args: never[]) => unknown): WireReference | undefined {
  const root = globalThis as unknown as Readonly<Record<string, unknown>>;
  const global = globals.find((name) => root[name] === fn);
  if (global !== undefined) return { kind: 'builtin', module: 'global', export: global };
  for (const name of namespaces) {
    const key = keyOf(root[name], fn);
    if (key !== undefined) return { kind: 'builtin', module: 'global', export: `${name}.${key}` };
  }
  for (const name of modules) {
    const key = keyOf(builtin(name), fn);
    if (key !== undefined) return { kind: 'builtin', module: `node:${name}`, export: key };
  }
  return undefined;
}

function keyOf(holder: unknown, fn: (...args: never[]) => unknown): string | undefined {
  if ((typeof holder !== 'object' || holder === null) && typeof holder !== 'function') return undefined;
  if (Object.getOwnPropertyDescriptor(holder, fn.name)?.value === fn) return fn.name;
  return Object.keys(holder).find((key) => Object.getOwnPropertyDescriptor(holder, key)?.value === fn);
}

function builtin(name: string): unknown {
  try {
    return nodeModule(name);
  } catch {
    // Not every build of Node has every module (crypto, sqlite).
    return undefined;
  }
}

/** A module of Node, loaded only now. @throws when this build of Node does not have it */
export function nodeModule(name: string): unknown {
  // Not every Node ≥ 20 has getBuiltinModule; where it exists no bundler can come between.
  load ??=
    (process as unknown as { readonly getBuiltinModule?: (name: string) => unknown }).getBuiltinModule ??
    createRequire(process.execPath);
  return load(`node:${name}`);
}
