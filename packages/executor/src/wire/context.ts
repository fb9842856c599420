import type { AsyncLocalStorage } from 'node:async_hooks';
import { shared } from './shared.ts';

/** How the store of one AsyncLocalStorage crosses to a worker. */
export interface PropagateOptions<T> {
  /** Equal in the main program and in the worker; both must call `propagate`. */
  readonly key: string;
  /** Makes a clonable value of the store; by default the store itself. */
  readonly serialize?: (store: T) => unknown;
  readonly deserialize?: (data: unknown) => T;
}

const identity = (value: unknown): unknown => value;

/**
 * Lets the current store of an AsyncLocalStorage cross with every task. Call it where the storage is made, in
 * a file that the worker's tasks import too. Returns a function that ends it.
 */
export function propagate<T>(storage: AsyncLocalStorage<T>, options: PropagateOptions<T>): () => void {
  const entry = {
    storage: storage as AsyncLocalStorage<unknown>,
    serialize: (options.serialize ?? identity) as (store: unknown) => unknown,
    deserialize: options.deserialize ?? identity,
  };
  shared.storages.set(options.key, entry);
  return () => {
    if (shared.storages.get(options.key) === entry) shared.storages.delete(options.key);
  };
}

/** The registered stores as they are now; undefined when there are none. */
export function captureContext(): (readonly [string, unknown])[] | undefined {
  if (shared.storages.size === 0) return undefined;
  const captured: (readonly [string, unknown])[] = [];
  for (const [key, { storage, serialize }] of shared.storages) {
    const store = storage.getStore();
    if (store !== undefined) captured.push([key, serialize(store)]);
  }
  return captured.length === 0 ? undefined : captured;
}

/**
 * Inside a task: reports how far it is, to {@link TaskPromise.progress} of its caller. A task that runs in place inside
 * another one reports for that one. Outside of a task it does nothing.
 * @throws DataCloneError when the value cannot be sent.
 */
export function taskProgress(value: unknown): void {
  shared.worker?.progress(value);
}

const neverAborted = new AbortController().signal;

/** Inside a task: aborted when a cooperative task is to stop. Outside: never aborted. */
export function taskSignal(): AbortSignal {
  return shared.worker?.signal() ?? neverAborted;
}
