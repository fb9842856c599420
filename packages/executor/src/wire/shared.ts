import type { AsyncLocalStorage } from 'node:async_hooks';
import type { WireReference } from './wire.ts';

/** How one AsyncLocalStorage crosses to a worker. */
export interface PropagatedStorage {
  readonly storage: AsyncLocalStorage<unknown>;
  readonly serialize: (store: unknown) => unknown;
  readonly deserialize: (data: unknown) => unknown;
}

/** What the worker's own code shares with copies of this package loaded by tasks. */
export interface WorkerState {
  /** Signal of the task that runs now; undefined between tasks. */
  readonly signal: () => AbortSignal | undefined;
  /** Reports the progress of the task that runs now. Throws when the value cannot be sent. */
  readonly progress: (value: unknown) => void;
  /** Finds a function by its reference. */
  readonly load: (ref: WireReference) => Promise<(...args: unknown[]) => unknown>;
}

/** State shared by every copy of this package in one thread (CommonJS, ESM, bundled). */
export interface SharedState {
  defaultExecutor: unknown;
  readonly storages: Map<string, PropagatedStorage>;
  readonly errorClasses: Map<string, new (...args: never[]) => Error>;
  worker: WorkerState | undefined;
}

const key = Symbol.for('@offloop/executor/1');
interface Holder {
  [key]: SharedState | undefined;
}

/** The state shared by every copy of this package in this thread. */
export const shared: SharedState = ((globalThis as unknown as Holder)[key] ??= {
  defaultExecutor: undefined,
  storages: new Map(),
  errorClasses: new Map(),
  worker: undefined,
});
