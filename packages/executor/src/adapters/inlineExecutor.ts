import { bind } from '../tasks/bind.ts';
import type { PendingTask } from '../tasks/pendingTask.ts';
import type { StreamFeed } from '../tasks/streamFeed.ts';
import { submitTask, type TaskIntake } from '../tasks/submitTask.ts';
import type { Submitter, TaskCall } from '../tasks/taskCall.ts';
import type { TaskPromise } from '../tasks/taskPromise.ts';
import { resolveTask, type TaskLike } from '../tasks/references/taskReference.ts';
import type { BoundExecutor, Executor, Mapper, Stream, Submit, SubmitOptions } from '../tasks/types.ts';
import { StreamRun } from '../worker/streamRun.ts';
import { shared } from '../wire/shared.ts';

/**
 * Runs tasks where it is: the default executor inside a worker. A pool per worker would multiply threads, and
 * waiting for the pool one runs in can deadlock. Arguments and results are not copied; a function that runs is never
 * stopped, only no longer waited for.
 */
export class InlineExecutor implements Executor, Submitter {
  readonly kind = 'inline';
  readonly maxWorkers = 1;
  readonly submit: Submit;
  readonly map: Mapper;
  readonly stream: Stream;
  readonly hasStreams = true;
  readonly with: (options: SubmitOptions) => BoundExecutor;

  constructor() {
    const bound = bind(this, {});
    this.submit = bound.submit;
    this.map = bound.map;
    this.stream = bound.stream;
    this.with = bound.with;
  }

  /** See {@link Submitter}. */
  submitCall(call: TaskCall): TaskPromise<unknown> {
    return submitTask(inPlace, call);
  }
}

/** How a task is taken in by the thread that submits it: no reference, no copies, no place of its own to fail in. */
const inPlace: TaskIntake = {
  submitStack: false,
  carriesContext: false,
  nextId: () => 0,
  // A function is at hand, and so is what it closes over.
  resolve: () => undefined,
  refusal: () => undefined,
  refuse: (task, error, state) => {
    task.fail(error, state);
  },
  admit: (task, { fn, args, form }) => {
    queueMicrotask(() => {
      if (task.state !== 'queued') return;
      if (task.feed !== undefined) {
        runStream(task, task.feed, call(fn, args));
        return;
      }
      void run(task, () => (form === 'chunk' ? callAll(fn, args as readonly unknown[][]) : call(fn, args)));
    });
  },
  cancelTask: (task, reason) => {
    if (task.state !== 'queued' && task.state !== 'running') return false;
    task.fail(reason, 'cancelled');
    task.worker?.producer?.stop();
    return true;
  },
};

function runStream(task: PendingTask, feed: StreamFeed, made: Promise<unknown>): void {
  const isWanted = (): boolean => task.state === 'running';
  const send = (item: unknown): void => {
    feed.push(item);
  };
  const stream = new StreamRun({ send, isAborted: () => !isWanted(), enter: (step) => step() }, feed.window);
  const grant = (items: number): void => {
    stream.grant(items);
  };
  const stop = (): void => {
    stream.stop();
  };
  task.start({ id: 0, stopTask: stop, producer: { grant, stop } });
  stream.run(made).then(
    () => {
      if (isWanted()) task.fulfil(undefined);
    },
    (error: unknown) => {
      if (isWanted()) task.fail(error);
    },
  );
}

async function run(task: PendingTask, work: () => Promise<unknown>): Promise<void> {
  task.start();
  try {
    const value = await work();
    if (task.state === 'running') task.fulfil(value);
  } catch (error) {
    if (task.state === 'running') task.fail(error);
  }
}

async function callAll(fn: TaskLike, calls: readonly (readonly unknown[])[]): Promise<unknown> {
  const results: unknown[] = [];
  try {
    for (const args of calls) results.push(await call(fn, args));
  } catch (error) {
    return { results, failed: { error } };
  }
  return { results };
}

async function call(fn: TaskLike, args: readonly unknown[]): Promise<unknown> {
  const load = shared.worker?.load;
  const found = typeof fn === 'function' || load === undefined ? fn : await load(resolveTask(fn).ref);
  return (found as unknown as (...args: readonly unknown[]) => unknown)(...args);
}
