import { shared } from './shared.ts';

/** An error in a form that any serializer keeps whole. */
interface EncodedError {
  readonly offloopError: 1;
  /** Nearest built-in class. */
  readonly base: string;
  /** Names of the classes, most derived first. */
  readonly classes: readonly string[];
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly own: readonly (readonly [key: string, value: unknown, enumerable: boolean])[];
  readonly cause?: { readonly value: unknown };
  readonly errors?: readonly unknown[];
}

type ErrorClass = new (message?: string) => Error;

const builtins: Readonly<Record<string, ErrorClass>> = {
  Error,
  TypeError,
  RangeError,
  SyntaxError,
  ReferenceError,
  EvalError,
  URIError,
};

// A chain of causes deeper than this is cut: it is a cycle or a mistake.
const maxDepth = 32;
const handled = new Set(['name', 'message', 'stack', 'cause', 'errors']);

/** True for errors of any realm. */
export function isError(value: unknown): value is Error {
  return value instanceof Error || Object.prototype.toString.call(value) === '[object Error]';
}

/**
 * Encodes whatever was thrown. `isClonable` decides whether a property may cross; what may not is
 * sent as text, so that encoding never fails.
 */
export function encodeError(thrown: unknown, isClonable: (value: unknown) => boolean, depth = 0): unknown {
  if (!isError(thrown)) return isClonable(thrown) ? thrown : text(thrown);
  if (depth > maxDepth) return text(thrown);
  const encode = (value: unknown): unknown => encodeError(value, isClonable, depth + 1);
  const classes = classNames(thrown);
  const errors: unknown = read(thrown, 'errors');
  return {
    offloopError: 1,
    base:
      thrown instanceof DOMException ? 'DOMException' : (classes.find((name) => name in builtins) ?? 'Error'),
    classes,
    name: text(read(thrown, 'name')),
    message: text(read(thrown, 'message')),
    stack: typeof thrown.stack === 'string' ? tidyStack(thrown.stack) : undefined,
    own: ownProperties(thrown, encode),
    ...(Object.hasOwn(thrown, 'cause') ? { cause: { value: encode(read(thrown, 'cause')) } } : {}),
    ...(Object.hasOwn(thrown, 'errors') && Array.isArray(errors) ? { errors: errors.map(encode) } : {}),
  } satisfies EncodedError;
}

function classNames(error: Error): string[] {
  const names: string[] = [];
  for (
    let proto: unknown = Object.getPrototypeOf(error);
    proto !== null;
    proto = Object.getPrototypeOf(proto)
  ) {
    const maker: unknown = (proto as { constructor?: unknown }).constructor;
    if (typeof maker === 'function' && maker.name !== 'Object') names.push(maker.name);
  }
  return names;
}

function ownProperties(error: Error, encode: (value: unknown) => unknown): [string, unknown, boolean][] {
  return Object.getOwnPropertyNames(error)
    .filter((key) => !handled.has(key))
    .flatMap((key): [string, unknown, boolean][] => {
      const value = read(error, key);
      if (typeof value === 'function') return [];
      return [[key, encode(value), Object.prototype.propertyIsEnumerable.call(error, key)]];
    });
}

// Getters and proxies of foreign errors may throw; an error report must not.
function read(target: object, key: string): unknown {
  try {
    return (target as Record<string, unknown>)[key];
  } catch (error) {
    return `[getter threw: ${text(error)}]`;
  }
}

function text(value: unknown): string {
  try {
    return String(value);
  } catch {
    // An object without a usable toString, such as Object.create(null).
    return Object.prototype.toString.call(value);
  }
}

// Frames of the worker's own bootstrap say nothing to the reader of a stack.
function tidyStack(stack: string): string {
  return stack
    .split('\n')
    .filter(
      (line) =>
        !/offloop-executor:worker|\[worker eval\]|\[eval\]|at node:internal\/(?:main|process|worker|event)|\(node:internal\/(?:main|process|worker|event|per_context|child_process)/.test(
          line,
        ),
    )
    .join('\n');
}

function isEncoded(value: unknown): value is EncodedError {
  return (
    typeof value === 'object' && value !== null && (value as { offloopError?: unknown }).offloopError === 1
  );
}

/** Turns an encoded error back into an error of its class; other values pass through. */
export function decodeError(value: unknown): unknown {
  if (!isEncoded(value)) return value;
  const error = revive(value);
  define(error, 'stack', value.stack ?? `${value.name}: ${value.message}`, false);
  if (error.name !== value.name) define(error, 'name', value.name, false);
  for (const [key, own, enumerable] of value.own) define(error, key, decodeError(own), enumerable);
  if (value.cause !== undefined) define(error, 'cause', decodeError(value.cause.value), false);
  return error;
}

function revive(value: EncodedError): Error {
  if (value.base === 'DOMException') return new DOMException(value.message, value.name);
  const errors = value.errors?.map(decodeError);
  if (errors !== undefined && value.classes[0] === 'AggregateError')
    return new AggregateError(errors, value.message);
  const error = new (builtins[value.base] ?? Error)(value.message);
  if (errors !== undefined) define(error, 'errors', errors, false);
  const registered = [...value.classes, value.name].map((name) => shared.errorClasses.get(name));
  // The constructor is not called: its arguments are not known, and what it set arrives as own properties.
  const found = registered.find((item) => item !== undefined);
  if (found !== undefined) Object.setPrototypeOf(error, found.prototype as object);
  return error;
}

/**
 * Lets errors of your own classes arrive as instances of them: `registerErrorClass(HttpError)` where tasks are
 * awaited. Without it they arrive as the nearest built-in class with their name and properties. The constructor is not
 * run again. A class whose name a minifier changes in only one of the programs needs that name as second argument.
 */
export function registerErrorClass(
  errorClass: new (...args: never[]) => Error,
  name: string = errorClass.name,
): void {
  shared.errorClasses.set(name, errorClass);
}

function define(target: object, key: string, value: unknown, enumerable: boolean): void {
  Object.defineProperty(target, key, { value, enumerable, writable: true, configurable: true });
}

/** Appends the frames of the place that submitted the task to the worker's stack. */
export function joinStacks(error: unknown, site: { readonly stack?: string } | undefined): void {
  if (site === undefined || !isError(error) || typeof error.stack !== 'string') return;
  const frames = (site.stack ?? '').split('\n').filter((line) => line.startsWith('    at '));
  if (frames.length === 0) return;
  define(error, 'stack', `${error.stack}\n    at [submitted from]\n${frames.join('\n')}`, false);
}
