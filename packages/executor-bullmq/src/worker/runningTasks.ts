import { TaskCancelledError, type TaskPromise } from '@offloop/executor';
import type { StoredOutcome } from '../wire/outcome.ts';

/** A task that runs in a thread of this worker. */
interface Running {
  readonly task: TaskPromise<StoredOutcome>;
  /** When the threads got it, in milliseconds of `performance.now()`. */
  readonly since: number;
  /** The caller without whom it is dropped. */
  readonly caller: string | undefined;
}

/** Why a task was stopped: nobody wants it, or somebody else is to run it. */
export type StopReason = 'cancelled' | 'caller-lost' | 'returned' | 'taken-over';

/** The tasks that run here, by id. */
export class RunningTasks {
  readonly #tasks = new Map<string, Running>();
  readonly #stopped = new Map<string, StopReason>();

  get size(): number {
    return this.#tasks.size;
  }

  add(id: string, running: Running): void {
    this.#tasks.set(id, running);
  }

  /** Forgets a task; answers why it was stopped, if it was. */
  remove(id: string): StopReason | undefined {
    const reason = this.#stopped.get(id);
    this.#tasks.delete(id);
    this.#stopped.delete(id);
    return reason;
  }

  /** Callers without whom their tasks are dropped, with those tasks. */
  callers(): ReadonlyMap<string, readonly string[]> {
    const found = new Map<string, string[]>();
    for (const [id, { caller }] of this.#tasks)
      if (caller !== undefined) found.set(caller, [...(found.get(caller) ?? []), id]);
    return found;
  }

  /** Stops a task; false when it does not run here. */
  stop(id: string, reason: StopReason): boolean {
    const running = this.#tasks.get(id);
    if (running === undefined) return false;
    if (!this.#stopped.has(id)) this.#stopped.set(id, reason);
    running.task.cancel(new TaskCancelledError());
    return true;
  }

  /** Gives tasks back that have waited for a thread since then; false when there are none. */
  returnWaiting(since: number): boolean {
    const waiting = [...this.#tasks].filter(
      ([, running]) => running.task.state === 'queued' && running.since < since,
    );
    for (const [id] of waiting) this.stop(id, 'returned');
    return waiting.length > 0;
  }

  /** Stops all. */
  stopAll(reason: StopReason): void {
    for (const id of [...this.#tasks.keys()]) this.stop(id, reason);
  }
}
