import { DataCloneError } from '../wire/errors.ts';

/** What a stream asks of whoever produces its items. */
export interface StreamProducer {
  /** So many more items may be sent. */
  readonly grant: (items: number) => void;
  /** Nobody wants more: the generator is to return. */
  readonly stop: () => void;
}

/** Items of one stream on their way from the producer to the consumer. */
export class StreamFeed {
  readonly #items: unknown[] = [];
  #producer: StreamProducer | undefined;
  #taken = 0;
  #failure: { readonly error: unknown } | undefined;
  #wake = (): void => undefined;

  /** @param window Items that may be on their way or wait here. */
  constructor(readonly window: number) {}

  /** Who produces; known once the task has started. */
  connect(producer: StreamProducer): void {
    this.#producer = producer;
    this.#grant();
  }

  /** An item has come. */
  push(item: unknown): void {
    if (this.#failure !== undefined) return;
    this.#items.push(item);
    this.#wake();
  }

  /** An item has come that cannot be read: what was sent after it does not count. */
  lose(reason: string): void {
    this.#failure ??= {
      error: new DataCloneError('item', `An item of the stream cannot be read here: ${reason}`),
    };
    this.#wake();
  }

  /** Why there are no more items, when one was lost. */
  get failure(): { readonly error: unknown } | undefined {
    return this.#failure;
  }

  /** Something has happened that whoever waits should look at. */
  notify(): void {
    this.#wake();
  }

  /** Resolves at the next item or notification. */
  change(): Promise<void> {
    return new Promise((resolve) => (this.#wake = resolve));
  }

  /** The oldest item; undefined when none is here. Makes room for more. */
  take(): { readonly item: unknown } | undefined {
    if (this.#items.length === 0) return undefined;
    const item = this.#items.shift();
    // Asked for in halves of the window: a message for each item would cost as much as the item.
    this.#taken++;
    this.#grant();
    return { item };
  }

  #grant(): void {
    if (this.#producer === undefined || this.#taken < Math.ceil(this.window / 2)) return;
    this.#producer.grant(this.#taken);
    this.#taken = 0;
  }

  /** Drops what is here and asks the producer to end. */
  stop(): void {
    this.#items.length = 0;
    this.#producer?.stop();
  }

  /** Drops what is here. */
  clear(): void {
    this.#items.length = 0;
  }
}
