import type { StreamFeed } from './streamFeed.ts';
import type { TaskPromise } from './taskPromise.ts';
import type { TaskLike } from './references/taskReference.ts';
import type { SubmitOptions } from './types.ts';

/** One submission, whoever makes it. */
export interface TaskCall {
  readonly fn: TaskLike;
  readonly args: readonly unknown[];
  readonly options: SubmitOptions;
  /**
   * `chunk`: the arguments are a list of argument lists, run one after another. `stream`: the function makes a
   * generator, and what it yields goes into `feed`.
   */
  readonly form?: 'chunk' | 'stream';
  readonly feed?: StreamFeed;
  /** The function that a user called: it and what it calls are left out of the submitting stack. */
  readonly boundary?: object;
}

/** What mapping and binding options need of an executor. */
export interface Submitter {
  readonly maxWorkers: number;
  /** Calls of the form `stream` are understood. */
  readonly hasStreams?: boolean;
  /** The form of `submit` that all others come down to. Never throws; errors reject the promise. */
  readonly submitCall: (call: TaskCall) => TaskPromise<unknown>;
}
