import { TaskCancelledError } from '../wire/errors.ts';
import { count } from './numbers.ts';
import type { TaskLike } from './references/taskReference.ts';
import { StreamFeed } from './streamFeed.ts';
import type { Submitter } from './taskCall.ts';
import type { TaskPromise } from './taskPromise.ts';
import type { SubmitOptions } from './types.ts';

const defaultWindow = 16;

/**
 * What a generator yields in a worker. The task is submitted at the first `next()`, and never runs more items ahead
 * than `streamWindow`. Leaving the loop early, `return()` and `await using` make the generator return; `cancel()`, the
 * signal and the timeouts end it as they end any task. An error of the generator is thrown after the items before it.
 */
export class TaskStream<T> implements AsyncGenerator<T, void, undefined> {
  readonly #submit: () => TaskPromise<unknown>;
  readonly #feed: StreamFeed;
  #task: TaskPromise<unknown> | undefined;
  #outcome: { readonly error?: unknown } | undefined;
  #isClosed = false;
  // Calls of next() are answered in their order.
  #last: Promise<unknown> = Promise.resolve();

  /** For executors only. @throws RangeError for a window that is no whole number of at least 1. */
  constructor(target: Submitter, fn: TaskLike, args: readonly unknown[], options: SubmitOptions) {
    const feed = new StreamFeed(count('streamWindow', options.streamWindow ?? defaultWindow, 1));
    this.#feed = feed;
    this.#submit = () => target.submitCall({ fn, args, options, form: 'stream', feed });
  }

  /** The task behind it, with its state and its progress; undefined before the first `next()`. */
  get task(): TaskPromise<unknown> | undefined {
    return this.#task;
  }

  /** Ends the task as {@link TaskPromise.cancel} does; who waits for an item gets the reason. */
  cancel(reason: unknown = new TaskCancelledError()): boolean {
    if (this.#isClosed || this.#outcome !== undefined) return false;
    if (this.#task === undefined) this.#outcome = { error: reason };
    return this.#task?.cancel(reason) ?? true;
  }

  /** The next item, as soon as it is there. */
  next(): Promise<IteratorResult<T, void>> {
    this.#start();
    const step = this.#last.then(() => this.#step());
    this.#last = step.catch(() => undefined);
    return step;
  }

  /** Makes the generator return, and resolves when it has (or its worker was ended after `graceMs`). */
  async return(): Promise<IteratorResult<T, void>> {
    const wasOpen = !this.#isClosed;
    this.#isClosed = true;
    if (wasOpen && this.#task !== undefined && this.#outcome === undefined) {
      if (this.#task.state === 'queued')
        this.#task.cancel(new TaskCancelledError('The iteration was closed'));
      else this.#feed.stop();
      this.#feed.notify();
      await this.#task.catch(() => undefined);
    }
    return { done: true, value: undefined };
  }

  /** As `return()`, then rejects with the error. */
  async throw(error: unknown): Promise<IteratorResult<T, void>> {
    await this.return();
    throw error;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Makes the generator return. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  #start(): void {
    if (this.#task !== undefined || this.#isClosed || this.#outcome !== undefined) return;
    const task = this.#submit();
    this.#task = task;
    task.then(
      () => {
        this.#end({});
      },
      (error: unknown) => {
        // What was cancelled is not wanted any more; after an error the items before it are.
        if (task.state === 'cancelled') this.#feed.clear();
        this.#end({ error });
      },
    );
  }

  #end(outcome: { readonly error?: unknown }): void {
    this.#outcome = outcome;
    this.#feed.notify();
  }

  async #step(): Promise<IteratorResult<T, void>> {
    while (!this.#isClosed) {
      const taken = this.#feed.take();
      if (taken !== undefined) return { done: false, value: taken.item as T };
      const outcome = this.#feed.failure ?? this.#outcome;
      if (outcome === undefined) await this.#feed.change();
      else {
        this.#isClosed = true;
        if ('error' in outcome) throw outcome.error;
      }
    }
    return { done: true, value: undefined };
  }
}
