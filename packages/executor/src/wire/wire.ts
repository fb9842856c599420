/** Messages between an executor and its workers: short tuples, because each task pays for them. */

/** Tags of messages to a worker. */
export const Request = {
  run: 0,
  abort: 1,
  close: 2,
  initialize: 3,
  utilization: 4,
  unread: 5,
  grant: 6,
  stop: 7,
} as const;

/** Tags of messages from a worker. */
export const Reply = {
  ready: 0,
  done: 1,
  failed: 2,
  broken: 3,
  crashed: 4,
  utilization: 5,
  unread: 6,
  progress: 7,
  item: 8,
} as const;

/** How a worker finds a function again. */
export interface WireReference {
  /** `builtin`: `node:` module or `global`; `file`: path or URL; `bare`: package name. */
  readonly kind: 'builtin' | 'file' | 'bare';
  readonly module: string;
  /** Where a package name is resolved from. */
  readonly base?: string;
  /** Name of the export, or a dotted path such as `JSON.parse`. */
  readonly export: string;
  /** File stem a `task(…)` id names; differs from the file's own stem inside a bundle. */
  readonly stem?: string;
}

/** A path into an argument list or a result: keys from the outside in. */
export type ValuePath = readonly (string | number)[];

/** What a run request may carry beside its arguments; absent for most tasks. */
export interface RunExtra {
  /** Sent with the first task of a function, so that the worker can load it. */
  ref?: WireReference;
  /** Values to be made `Buffer` again. */
  buffers?: readonly ValuePath[];
  /** Stores of registered AsyncLocalStorages: key and serialized value. */
  context?: readonly (readonly [string, unknown])[];
  /** The arguments are a list of argument lists, run one after another. */
  chunk?: true;
  /** The result is iterated; so many items may be sent before more are granted. */
  stream?: number;
  /** Report results that lose their class or getters. */
  inspect?: true;
}

/** What a reply may carry beside its value. */
export interface DoneExtra {
  buffers?: readonly ValuePath[];
  /** Paths of values in the result that lost their class or accessors. */
  degraded?: readonly string[];
}

/** Message to a worker. */
export type WireRequest =
  | readonly [typeof Request.run, id: number, ref: number, args: readonly unknown[], extra?: RunExtra]
  | readonly [typeof Request.abort, id: number, reason: unknown]
  | readonly [typeof Request.close]
  | readonly [typeof Request.initialize, ref: WireReference, args: readonly unknown[], extra?: RunExtra]
  | readonly [typeof Request.utilization]
  /** So many more items of a stream may be sent. */
  | readonly [typeof Request.grant, id: number, items: number]
  /** Nobody wants more items of a stream. */
  | readonly [typeof Request.stop, id: number]
  /** A reply could not be read; if it was this task's, another answer is wanted. */
  | readonly [typeof Request.unread, id: number, reason: string];

/** Message from a worker. */
export type WireReply =
  | readonly [typeof Reply.ready]
  | readonly [typeof Reply.done, id: number, value: unknown, extra?: DoneExtra]
  | readonly [typeof Reply.failed, id: number, error: unknown]
  | readonly [typeof Reply.broken, error: unknown]
  | readonly [typeof Reply.crashed, error: unknown]
  | readonly [typeof Reply.utilization, active: number, idle: number]
  | readonly [typeof Reply.progress, id: number, value: unknown, extra?: DoneExtra]
  | readonly [typeof Reply.item, id: number, value: unknown, extra?: DoneExtra]
  /** A request could not be read. */
  | readonly [typeof Reply.unread, reason: string];

/** True for a message of a worker's own program. */
export function isReply(message: unknown): message is WireReply {
  return Array.isArray(message) && typeof message[0] === 'number';
}

/** Facts of the main program a worker cannot see by itself. */
export interface WorkerSetup {
  /** One Int32 that holds the id of the task whose abort was asked for; threads only. */
  readonly abortFlag?: Int32Array;
  /** Path of the module that registers TypeScript loaders. */
  readonly loaders?: string;
  /** The loader the main program runs under. */
  readonly loader?: 'tsx' | 'ts-node';
  /** Directory in which a bundle's worker entries are looked for when no file is known. */
  readonly entry?: string;
  readonly name: string;
}
