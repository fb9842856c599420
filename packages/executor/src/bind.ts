import { mapTasks } from './mapTasks.ts';
import type { TaskPromise } from './taskPromise.ts';
import type { TaskLike } from './taskReference.ts';
import type { BoundExecutor, Mapper, Submit, SubmitOptions } from './types.ts';

/** What binding options needs of an executor. */
export interface Bindable {
  readonly maxWorkers: number;
  readonly submitWith: (
    fn: TaskLike,
    args: readonly unknown[],
    options: SubmitOptions,
    chunk?: boolean,
  ) => TaskPromise<unknown>;
}

/** An executor seen through a fixed set of options. */
export function bind(target: Bindable, options: SubmitOptions): BoundExecutor {
  return {
    submit: ((fn: TaskLike, ...args: unknown[]) => target.submitWith(fn, args, options)) as Submit,
    map: ((fn: TaskLike, items: Iterable<unknown>, more = {}) =>
      mapTasks(target, fn, items, { ...options, ...more })) as Mapper,
    with: (more) => bind(target, { ...options, ...more }),
  };
}
