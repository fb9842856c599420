// How long a generator that never waits may keep the loop from hearing that nobody wants more, in ms.
const turnTime = 10;

/** What a stream needs of the worker it runs in. */
export interface StreamHost {
  /** Sends an item. Throws when it cannot be sent. */
  readonly send: (item: unknown) => void;
  /** Nobody wants more, as far as memory shared with the caller says. */
  readonly isAborted: () => boolean;
  /** Runs a step of the generator in the context of its task. */
  readonly enter: <T>(step: () => T) => T;
}

type AnyIterator = Iterator<unknown> | AsyncIterator<unknown>;

/** Takes item after item of a generator, never more than were granted. */
export class StreamRun {
  #granted: number;
  #isStopped = false;
  #failure: { readonly error: unknown } | undefined;
  #wake = (): void => undefined;

  constructor(
    private readonly host: StreamHost,
    window: number,
  ) {
    this.#granted = window;
  }

  /** So many more items may be sent. */
  grant(items: number): void {
    this.#granted += items;
    this.#wake();
  }

  /** Makes the generator return; with an error, `run` rejects with it then. */
  stop(failure?: { readonly error: unknown }): void {
    this.#isStopped = true;
    this.#failure ??= failure;
    this.#wake();
  }

  /** Sends what the generator yields. Rejects with its error, or with that of an item that cannot be sent. */
  async run(made: unknown): Promise<void> {
    const iterator = iteratorOf(await made);
    let isDone = false;
    try {
      for (let turned = performance.now(); await this.#mayGoOn();) {
        isDone = true;
        const step = await this.host.enter(() => iterator.next());
        if (step.done === true) break;
        isDone = false;
        if (this.#isOver()) break;
        this.#granted--;
        this.host.send(step.value);
        if (performance.now() - turned < turnTime) continue;
        await new Promise((resolve) => setImmediate(resolve));
        turned = performance.now();
      }
    } finally {
      if (!isDone) await this.host.enter(() => iterator.return?.());
    }
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  #isOver(): boolean {
    return this.#isStopped || this.host.isAborted();
  }

  async #mayGoOn(): Promise<boolean> {
    while (this.#granted <= 0 && !this.#isStopped)
      await new Promise<void>((resolve) => (this.#wake = resolve));
    return !this.#isOver();
  }
}

function iteratorOf(made: unknown): AnyIterator {
  const holder = made as Partial<AsyncIterable<unknown> & Iterable<unknown>> | null | undefined;
  const iterator = holder?.[Symbol.asyncIterator]?.() ?? holder?.[Symbol.iterator]?.();
  if (iterator !== undefined) return iterator;
  throw Object.assign(
    new TypeError('A task that streams returns a generator or another iterable; submit() takes any other'),
    { name: 'TaskReferenceError', code: 'ERR_TASK_NOT_ITERABLE' },
  );
}
