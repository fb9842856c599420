import { captureContext } from '../wire/context.ts';
import { PendingTask, type TaskOwner } from './pendingTask.ts';
import { captureSite } from './submitSite.ts';
import type { TaskCall } from './taskCall.ts';
import { armTask } from './taskLimits.ts';
import type { TaskPromise } from './taskPromise.ts';
import type { ResolvedTask, TaskLike } from './references/taskReference.ts';

/** What differs from executor to executor when it takes a task in. */
export interface TaskIntake extends TaskOwner {
  /** A number for the next task. */
  readonly nextId: () => number;
  /** How a worker finds the function; undefined where it runs in place. Throws when it cannot be found. */
  readonly resolve: (fn: TaskLike) => ResolvedTask | undefined;
  /** As the option of that name. */
  readonly submitStack: boolean | 'auto';
  /** Stores registered with `propagate()` come along. */
  readonly carriesContext: boolean;
  /** Told of every task, also of one that is refused. */
  readonly submitted?: (task: PendingTask) => void;
  /** Why no task is taken any more. */
  readonly refusal: () => { readonly error: unknown } | undefined;
  /** Sees to a task that is fit to run. */
  readonly admit: (task: PendingTask, call: TaskCall) => void;
  /** Ends a task that is not. */
  readonly refuse: (task: PendingTask, error: unknown, state: 'rejected' | 'cancelled') => void;
}

/** Makes a task of a call and hands it to its executor. Never throws; errors reject the promise. */
export function submitTask(intake: TaskIntake, call: TaskCall): TaskPromise<unknown> {
  const { fn, args, options } = call;
  let resolved: ResolvedTask | undefined;
  // Whatever was thrown, null included.
  let refusal: { readonly error: unknown } | undefined;
  try {
    resolved = intake.resolve(fn);
  } catch (error) {
    refusal = { error };
  }
  const task = new PendingTask(intake.nextId(), resolved, args, options, intake);
  task.form = call.form;
  task.feed = call.feed;
  task.site = call.boundary && captureSite(intake.submitStack, resolved, call.boundary);
  intake.submitted?.(task);
  try {
    refusal ??= intake.refusal();
    if (refusal === undefined) {
      if (intake.carriesContext && options.context !== false) task.context = captureContext();
      armTask(task, options);
      intake.admit(task, call);
    }
  } catch (error) {
    refusal = { error };
  }
  if (refusal !== undefined)
    intake.refuse(task, refusal.error, options.signal?.aborted === true ? 'cancelled' : 'rejected');
  return task.promise;
}
