import type { ExecSyncOptions, execSync } from 'node:child_process';
import type { PathOrFileDescriptor, readFileSync } from 'node:fs';
import type { MessagePort } from 'node:worker_threads';
import type { TaskPromise } from './taskPromise.ts';
import type { TaskStream } from './taskStream.ts';

/** A function of a module, named so that a worker can import it. */
export interface TaskReference<F extends (...args: never[]) => unknown = (...args: unknown[]) => unknown> {
  /** `node:` module, file path or URL, or a package name together with `base`. */
  readonly module: string | URL;
  /** Name of the export, or a dotted path into the module. */
  readonly export: string;
  /** Where a package name is resolved from: `import.meta.url` or `__filename`. */
  readonly base?: string | URL;
  /** Carries the type of the function; never present at run time. */
  readonly signature?: F;
}

/** Calls a task: `(fn, ...args)`, as `run_in_executor` does after its executor. */
export interface Submit {
  // TypeScript infers from the last overload of a function; these two have a wrong last one.
  (
    fn: typeof readFileSync,
    path: PathOrFileDescriptor,
    options: BufferEncoding | { readonly encoding: BufferEncoding; readonly flag?: string },
  ): TaskPromise<string>;
  (
    fn: typeof readFileSync,
    path: PathOrFileDescriptor,
    options?: { readonly encoding?: null; readonly flag?: string } | null,
  ): TaskPromise<Buffer>;
  (
    fn: typeof execSync,
    command: string,
    options: ExecSyncOptions & { readonly encoding: BufferEncoding },
  ): TaskPromise<string>;
  (
    fn: typeof execSync,
    command: string,
    options?: ExecSyncOptions & { readonly encoding?: 'buffer' | null },
  ): TaskPromise<Buffer>;
  <A extends unknown[], R>(fn: (...args: A) => R, ...args: A): TaskPromise<Awaited<R>>;
  <A extends unknown[], R>(fn: TaskReference<(...args: A) => R>, ...args: A): TaskPromise<Awaited<R>>;
}

/** Calls a task in a given executor; `null` stands for the default one. */
export interface RunInExecutor {
  (
    executor: Executor | null,
    fn: typeof readFileSync,
    path: PathOrFileDescriptor,
    options: BufferEncoding | { readonly encoding: BufferEncoding; readonly flag?: string },
  ): TaskPromise<string>;
  (
    executor: Executor | null,
    fn: typeof readFileSync,
    path: PathOrFileDescriptor,
    options?: { readonly encoding?: null; readonly flag?: string } | null,
  ): TaskPromise<Buffer>;
  (
    executor: Executor | null,
    fn: typeof execSync,
    command: string,
    options: ExecSyncOptions & { readonly encoding: BufferEncoding },
  ): TaskPromise<string>;
  (
    executor: Executor | null,
    fn: typeof execSync,
    command: string,
    options?: ExecSyncOptions & { readonly encoding?: 'buffer' | null },
  ): TaskPromise<Buffer>;
  <A extends unknown[], R>(
    executor: Executor | null,
    fn: (...args: A) => R,
    ...args: A
  ): TaskPromise<Awaited<R>>;
  <A extends unknown[], R>(
    executor: Executor | null,
    fn: TaskReference<(...args: A) => R>,
    ...args: A
  ): TaskPromise<Awaited<R>>;
}

/** How one submission behaves; times in milliseconds. */
export interface SubmitOptions {
  /** Cancels the task; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Time from submission to result, waiting in the queue included. */
  readonly timeout?: number;
  /** Time from the start of the function to its result. */
  readonly runTimeout?: number;
  /**
   * Memory and message ports that are moved to the worker instead of copied; unusable here afterwards. What is gone
   * already rejects the task with a {@link DataCloneError}. Threads only: processes copy.
   */
  readonly transfer?: readonly (ArrayBuffer | MessagePort)[];
  /**
   * What happens to a task that runs when it is cancelled or timed out: `terminate` (default) ends its
   * worker, which frees the CPU; `abandon` lets it run to its end unheard; `cooperative` aborts its
   * `taskSignal()` and ends the worker after `graceMs`.
   */
  readonly onAbort?: 'terminate' | 'abandon' | 'cooperative';
  /** How long a cooperative task may take to stop; 1000 by default. */
  readonly graceMs?: number;
  /** `false` keeps the stores registered with `propagate()` at home. */
  readonly context?: boolean;
  /** Items of a stream that may be on their way or wait to be taken; 16 by default. */
  readonly streamWindow?: number;
}

/** Options of {@link Mapper}. */
export interface MapOptions extends Omit<SubmitOptions, 'timeout'> {
  /** Tasks in flight or finished but not taken; twice the number of workers by default. */
  readonly concurrency?: number;
  /** Items sent to a worker at once; 1 by default. */
  readonly chunkSize?: number;
  /** Time from the call of `map` to its last result. */
  readonly timeout?: number;
  /** `false` hands results over as they come; `true` (default) in the order of the items. */
  readonly ordered?: boolean;
  /** Starts at the call instead of at the first `next()`. */
  readonly eager?: boolean;
}

/** Runs a function for every item, pulling items only as workers become free. */
export type Mapper = <T, R>(
  fn: ((item: T) => R) | TaskReference<(item: T) => R>,
  items: Iterable<T> | AsyncIterable<T>,
  options?: MapOptions,
) => AsyncGenerator<Awaited<R>, void, undefined>;

/** What a task that streams returns: a generator, an asynchronous one, or a promise of either. */
export type Streamed<T> = AsyncIterable<T> | Iterable<T> | PromiseLike<AsyncIterable<T> | Iterable<T>>;

/** Streams what a generator yields in a worker: `for await (const row of executor.stream(readRows, path))`. */
export interface Stream {
  <A extends unknown[], T>(fn: (...args: A) => Streamed<T>, ...args: A): TaskStream<T>;
  <A extends unknown[], T>(fn: TaskReference<(...args: A) => Streamed<T>>, ...args: A): TaskStream<T>;
}

/** Anything that runs tasks. A custom executor needs `submit` alone. */
export interface Executor {
  readonly submit: (fn: never, ...args: never[]) => PromiseLike<unknown>;
}

/** An executor seen through a fixed set of options. */
export interface BoundExecutor extends Executor {
  readonly submit: Submit;
  readonly map: Mapper;
  readonly stream: Stream;
  /** Adds to the options. */
  readonly with: (options: SubmitOptions) => BoundExecutor;
}
