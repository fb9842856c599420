import { fileURLToPath, pathToFileURL } from 'node:url';
import { findBuiltin } from './builtins.ts';
import { TaskReferenceError } from '../../wire/errors.ts';
import { markOf } from './task.ts';
import type { TaskReference } from '../types.ts';
import type { WireReference } from '../../wire/wire.ts';

/** A function as an executor knows it. */
export interface ResolvedTask {
  /** Number that stands for the function in messages; equal for equal references. */
  readonly id: number;
  readonly ref: WireReference;
  /** For events and messages to people. */
  readonly name: string;
  /** Calls whose submitting stack was kept. */
  calls: number;
  hasFailed: boolean;
}

/** What `submit` takes. */
export type TaskLike = ((...args: never[]) => unknown) | TaskReference<never>;

const byObject = new WeakMap<object, ResolvedTask>();
const byText = new Map<string, ResolvedTask>();

/**
 * Finds out how a worker can find the function.
 * @throws TaskReferenceError with a `code` and the way out in its text.
 */
export function resolveTask(task: TaskLike): ResolvedTask {
  const known = typeof task === 'function' ? byObject.get(task) : undefined;
  if (known !== undefined) return known;
  const ref = typeof task === 'function' ? referenceOf(task) : parseReference(task);
  const text = JSON.stringify(ref);
  let resolved = byText.get(text);
  if (resolved === undefined) {
    resolved = {
      id: byText.size,
      ref,
      name: `${ref.stem ?? ref.module}#${ref.export}`,
      calls: 0,
      hasFailed: false,
    };
    byText.set(text, resolved);
  }
  if (typeof task === 'function') byObject.set(task, resolved);
  return resolved;
}

function referenceOf(fn: (...args: never[]) => unknown): WireReference {
  const found = markOf(fn) ?? findBuiltin(fn);
  if (found !== undefined) return found;
  const name = fn.name === '' ? 'This function' : `The function "${fn.name}"`;
  throw new TaskReferenceError(
    'ERR_TASK_NOT_REFERENCABLE',
    `${name} cannot be found by a worker. Export it from a file of its own and name it there: ` +
      `export const ${fn.name === '' ? 'name' : fn.name} = task(import.meta.url, 'file.worker#${fn.name === '' ? 'name' : fn.name}', …); ` +
      `or pass { module, export, base: import.meta.url } for a function of a package`,
  );
}

function parseReference(task: unknown): WireReference {
  const {
    module,
    export: name,
    base,
  } = (task ?? {}) as { module?: unknown; export?: unknown; base?: unknown };
  if ((typeof module !== 'string' && !(module instanceof URL)) || typeof name !== 'string') {
    throw new TaskReferenceError(
      'ERR_TASK_NOT_REFERENCABLE',
      'A task is a function, or { module, export, base? }',
    );
  }
  const text = String(module);
  if (text === 'global' || text.startsWith('node:')) return { kind: 'builtin', module: text, export: name };
  if (/^[a-z][a-z0-9+.-]+:/i.test(text) || /^(?:[\\/]|[a-z]:[\\/])/i.test(text))
    return { kind: 'file', module: text, export: name };
  if (base === undefined) {
    throw new TaskReferenceError(
      'ERR_TASK_BASE_MISSING',
      `"${text}" is relative: add base: import.meta.url (or __filename in CommonJS) to the reference`,
    );
  }
  const from = base as string | URL;
  if (text.startsWith('.')) return { kind: 'file', module: relative(text, from), export: name };
  return { kind: 'bare', module: text, base: toPath(from), export: name };
}

function relative(path: string, base: string | URL): string {
  const from = String(base);
  return new URL(path, /^[a-z][a-z0-9+.-]+:/i.test(from) ? from : pathToFileURL(from)).href;
}

function toPath(base: string | URL): string {
  const text = String(base);
  return text.startsWith('file:') ? fileURLToPath(text) : text;
}
