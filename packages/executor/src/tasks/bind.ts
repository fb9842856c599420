import { mapTasks } from './mapTasks.ts';
import type { Submitter } from './taskCall.ts';
import type { TaskLike } from './taskReference.ts';
import type { BoundExecutor, Mapper, Submit, SubmitOptions } from './types.ts';

/** An executor seen through a fixed set of options. */
export function bind(target: Submitter, options: SubmitOptions): BoundExecutor {
  const submit = (fn: TaskLike, ...args: unknown[]): unknown =>
    target.submitCall({ fn, args, options, boundary: submit });
  return {
    submit: submit as Submit,
    map: ((fn: TaskLike, items: Iterable<unknown>, more = {}) =>
      mapTasks(target, fn, items, { ...options, ...more })) as Mapper,
    with: (more) => bind(target, { ...options, ...more }),
  };
}
