import { joinStacks, publishEnd, publishStart } from '@offloop/executor/internal';
import { decodeOutcome, type Outcome, type StoredOutcome } from '../wire/outcome.ts';
import type { Submission } from './submission.ts';

/** How tasks ended, and how many. */
export interface EndCounts {
  done: number;
  failed: number;
  cancelled: number;
}

/** The tasks of one executor that have not ended, by id: those with one idempotency key share theirs. */
export class Outstanding {
  readonly counts: EndCounts = { done: 0, failed: 0, cancelled: 0 };
  readonly #byId = new Map<string, Submission[]>();
  #size = 0;
  #running = 0;

  constructor(private readonly onEnd: () => void) {}

  /** Tasks that have not ended. */
  get size(): number {
    return this.#size;
  }

  /** Tasks that a worker has. */
  get running(): number {
    return this.#running;
  }

  /** All of them, in the order of their ids' first submission. */
  *all(): Generator<Submission> {
    for (const list of this.#byId.values()) yield* list;
  }

  /** The tasks with an id. */
  of(id: string): readonly Submission[] {
    return this.#byId.get(id) ?? [];
  }

  add(submission: Submission): void {
    const list = this.#byId.get(submission.id);
    if (list === undefined) this.#byId.set(submission.id, [submission]);
    else list.push(submission);
    this.#size++;
  }

  /** A worker has the task. */
  start(id: string): void {
    for (const { task } of this.of(id)) {
      if (task.state !== 'queued') continue;
      this.#running++;
      task.start();
      publishStart(task);
    }
    // A task that starts makes room in the queue.
    this.onEnd();
  }

  /** Ends the tasks with an id by what is stored of them. */
  settle(id: string, stored: StoredOutcome): void {
    // Each gets a value of its own, as if it had run alone.
    for (const submission of [...this.of(id)]) this.end(submission, decodeOutcome(stored));
  }

  /** Ends the tasks with an id by an error that `make` makes for each. */
  fail(id: string, make: (submission: Submission) => unknown): void {
    for (const submission of [...this.of(id)]) this.end(submission, { error: make(submission) });
  }

  /** Ends one task. */
  end(submission: Submission, outcome: Outcome, state: 'rejected' | 'cancelled' = 'rejected'): void {
    const { task } = submission;
    if (!this.#forget(submission)) return;
    if (task.state === 'running') this.#running--;
    if ('value' in outcome) {
      if (task.state === 'queued') task.start();
      this.counts.done++;
      task.fulfil(outcome.value);
      publishEnd(task, undefined);
    } else {
      submission.resolved.hasFailed = true;
      joinStacks(outcome.error, task.site);
      this.counts[state === 'cancelled' ? 'cancelled' : 'failed']++;
      task.fail(outcome.error, state);
      publishEnd(task, outcome.error);
    }
    this.onEnd();
  }

  #forget(submission: Submission): boolean {
    const list = this.#byId.get(submission.id);
    const index = list?.indexOf(submission) ?? -1;
    if (list === undefined || index < 0) return false;
    if (list.length === 1) this.#byId.delete(submission.id);
    else list.splice(index, 1);
    this.#size--;
    submission.payload = undefined;
    return true;
  }
}
