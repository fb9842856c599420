import type { TaskPromise } from './taskPromise.ts';
import type { TaskLike } from './taskReference.ts';
import type { SubmitOptions } from './types.ts';

/** One submission, whoever makes it. */
export interface TaskCall {
  readonly fn: TaskLike;
  readonly args: readonly unknown[];
  readonly options: SubmitOptions;
  /** `chunk`: the arguments are a list of argument lists, run one after another. */
  readonly form?: 'chunk';
  /** The function that a user called: it and what it calls are left out of the submitting stack. */
  readonly boundary?: object;
}

/** What mapping and binding options need of an executor. */
export interface Submitter {
  readonly maxWorkers: number;
  /** The form of `submit` that all others come down to. Never throws; errors reject the promise. */
  readonly submitCall: (call: TaskCall) => TaskPromise<unknown>;
}
