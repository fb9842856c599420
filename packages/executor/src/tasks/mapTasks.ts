import { decodeError } from '../wire/errorCodec.ts';
import { TaskCancelledError, TimeoutError } from '../wire/errors.ts';
import { count } from './numbers.ts';
import type { Submitter } from './taskCall.ts';
import type { TaskPromise } from './taskPromise.ts';
import type { TaskLike } from './references/taskReference.ts';
import { startTimer } from './timer.ts';
import type { MapOptions, SubmitOptions } from './types.ts';

type Source = Iterable<unknown> | AsyncIterable<unknown>;

interface ChunkResult {
  readonly results: readonly unknown[];
  readonly failed?: { readonly error: unknown };
}

/**
 * Runs `fn` for every item, pulling items only while fewer than `concurrency` results wait or run. Leaving the
 * loop early, an error, the timeout or the signal cancel what is left and close the source.
 * @throws RangeError for options out of range, TypeError for something that cannot be iterated.
 */
export function mapTasks(
  target: Submitter,
  fn: TaskLike,
  items: Source,
  options: MapOptions,
): AsyncGenerator<unknown, void, undefined> {
  const run = new MapRun(target, fn, items, options);
  const results = run.results();
  if (options.eager === true) run.start();
  const end = results.return.bind(results);
  const fail = results.throw.bind(results);
  const close = (): ReturnType<typeof end> => {
    // First stop: a generator would wait for a next() that is still pending.
    run.stop(new TaskCancelledError('The iteration was closed'));
    return end();
  };
  return Object.assign(results, {
    return: close,
    throw: (error: unknown) => {
      run.stop(error);
      return fail(error);
    },
    [Symbol.asyncDispose]: async () => {
      await close();
    },
  });
}

class MapRun {
  readonly #window: number;
  readonly #chunkSize: number;
  readonly #iterator: Iterator<unknown> | AsyncIterator<unknown>;
  readonly #submitOptions: SubmitOptions;
  readonly #ordered: boolean;
  readonly #cleanUp: (() => void)[] = [];
  // Ordered: tasks in the order of their items. Unordered: tasks that have ended, in that order.
  readonly #line: TaskPromise<unknown>[] = [];
  readonly #unfinished = new Set<TaskPromise<unknown>>();
  #taken = 0;
  #pulled = 0;
  #exhausted = false;
  #started = false;
  #failure: { readonly error: unknown } | undefined;
  #wakes: (() => void)[] = [];

  constructor(
    private readonly target: Submitter,
    private readonly fn: TaskLike,
    items: Source,
    options: MapOptions,
  ) {
    this.#window = count('concurrency', options.concurrency ?? 2 * target.maxWorkers, 1);
    this.#chunkSize = count('chunkSize', options.chunkSize ?? 1, 1);
    this.#ordered = options.ordered ?? true;
    this.#iterator = iteratorOf(items);
    const {
      concurrency: _c,
      chunkSize: _s,
      timeout,
      ordered: _o,
      eager: _e,
      signal,
      ...submitOptions
    } = options;
    this.#submitOptions = submitOptions;
    this.#limit(timeout, signal);
  }

  /** Begins to pull items. */
  start(): void {
    if (this.#started) return;
    this.#started = true;
    void this.#produce();
  }

  /** Ends the iteration with an error, unless it has ended. */
  stop(error: unknown): void {
    if (this.#failure !== undefined) return;
    this.#failure = { error };
    for (const task of this.#unfinished) task.cancel(error);
    this.#wake();
  }

  /** The results, and then the end or the first error. */
  async *results(): AsyncGenerator<unknown, void, undefined> {
    this.start();
    try {
      for (;;) {
        while (this.#line.length === 0 && !this.#isOver()) await this.#change();
        const task = this.#failure === undefined ? this.#line.shift() : undefined;
        if (task === undefined) break;
        const value = await task;
        this.#taken++;
        if (this.#chunkSize === 1) yield value;
        else yield* itemsOf(value as ChunkResult);
        this.#wake();
      }
      if (this.#failure !== undefined) throw this.#failure.error;
    } finally {
      await this.#finish();
    }
  }

  #isOver(): boolean {
    return this.#failure !== undefined || (this.#exhausted && this.#unfinished.size === 0);
  }

  async #produce(): Promise<void> {
    try {
      while (!this.#exhausted && this.#failure === undefined) {
        if (this.#pulled - this.#taken >= this.#window) await this.#change();
        else await this.#pull();
      }
    } catch (error) {
      this.#exhausted = true;
      this.stop(error);
    }
    this.#wake();
  }

  async #pull(): Promise<void> {
    const chunk: unknown[][] = [];
    while (chunk.length < this.#chunkSize) {
      const step = this.#iterator.next();
      const result = (await step) as IteratorResult<unknown, unknown>;
      if (result.done === true) {
        this.#exhausted = true;
        break;
      }
      chunk.push([result.value]);
    }
    if (chunk.length === 0 || this.#failure !== undefined) return;
    const call = { fn: this.fn, options: this.#submitOptions };
    this.#add(
      this.target.submitCall(
        this.#chunkSize === 1 ? { ...call, args: chunk[0] ?? [] } : { ...call, args: chunk, form: 'chunk' },
      ),
    );
  }

  #add(task: TaskPromise<unknown>): void {
    this.#pulled++;
    this.#unfinished.add(task);
    if (this.#ordered) this.#line.push(task);
    const ended = (): void => {
      this.#unfinished.delete(task);
      if (!this.#ordered) this.#line.push(task);
      this.#wake();
    };
    task.then(ended, ended);
    this.#wake();
  }

  #limit(timeout: number | undefined, signal: AbortSignal | undefined): void {
    const timer = startTimer('timeout', timeout, () => {
      this.stop(new TimeoutError(`The results of map() were not complete after ${String(timeout)} ms`));
    });
    this.#cleanUp.push(() => {
      clearTimeout(timer);
    });
    if (signal === undefined) return;
    const onAbort = (): void => {
      this.stop(signal.reason);
    };
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    this.#cleanUp.push(() => {
      signal.removeEventListener('abort', onAbort);
    });
  }

  async #finish(): Promise<void> {
    const closeSource = !this.#exhausted;
    this.#exhausted = true;
    this.stop(new TaskCancelledError('The iteration ended'));
    for (const clean of this.#cleanUp) clean();
    if (closeSource) await this.#iterator.return?.();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#wakes.push(resolve));
  }

  #wake(): void {
    for (const wake of this.#wakes.splice(0)) wake();
  }
}

function* itemsOf(chunk: ChunkResult): Generator<unknown, void, undefined> {
  yield* chunk.results;
  if (chunk.failed !== undefined) throw decodeError(chunk.failed.error);
}

function iteratorOf(items: Source): Iterator<unknown> | AsyncIterator<unknown> {
  const holder = items as Partial<AsyncIterable<unknown> & Iterable<unknown>> | null | undefined;
  if (holder?.[Symbol.asyncIterator] !== undefined)
    return (items as AsyncIterable<unknown>)[Symbol.asyncIterator]();
  if (holder?.[Symbol.iterator] !== undefined) return (items as Iterable<unknown>)[Symbol.iterator]();
  throw new TypeError('map() needs an iterable or an async iterable');
}
