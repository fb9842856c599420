import { ExecutorError } from '../wire/errors.ts';
import { mapTasks } from './mapTasks.ts';
import type { Submitter } from './taskCall.ts';
import { TaskStream } from './taskStream.ts';
import type { TaskLike } from './references/taskReference.ts';
import type { BoundExecutor, Mapper, Stream, Submit, SubmitOptions } from './types.ts';

/** An executor seen through a fixed set of options. */
export function bind(target: Submitter, options: SubmitOptions): BoundExecutor {
  const submit = (fn: TaskLike, ...args: unknown[]): unknown =>
    target.submitCall({ fn, args, options, boundary: submit });
  return {
    submit: submit as Submit,
    map: ((fn: TaskLike, items: Iterable<unknown>, more = {}) =>
      mapTasks(target, fn, items, { ...options, ...more })) as Mapper,
    stream: ((fn: TaskLike, ...args: unknown[]) => streamOf(target, fn, args, options)) as Stream,
    with: (more) => bind(target, { ...options, ...more }),
  };
}

function streamOf(
  target: Submitter,
  fn: TaskLike,
  args: readonly unknown[],
  options: SubmitOptions,
): TaskStream<unknown> {
  if (target.hasStreams === true) return new TaskStream(target, fn, args, options);
  throw new ExecutorError(
    'ERR_EXECUTOR_NO_STREAMS',
    'This executor cannot stream: submit() a task that returns a list',
  );
}
