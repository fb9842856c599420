// Progress is for people and bars: whoever falls behind by so many values misses the oldest ones.
const keptForReader = 1_000;

interface Reader {
  readonly values: unknown[];
  wake: () => void;
}

/** Hands the progress of one task to everybody who iterates, from the moment they begin until the task ends. */
export class ProgressFeed implements AsyncIterable<unknown> {
  readonly #readers = new Set<Reader>();
  #hasEnded = false;

  /** One more value. */
  push(value: unknown): void {
    for (const reader of this.#readers) {
      if (reader.values.push(value) > keptForReader) reader.values.shift();
      reader.wake();
    }
  }

  /** The task has ended. */
  end(): void {
    this.#hasEnded = true;
    for (const { wake } of this.#readers) wake();
  }

  [Symbol.asyncIterator](): AsyncGenerator<unknown, void, undefined> {
    const reader: Reader = { values: [], wake: () => undefined };
    // Listening begins here, not at the first next(): what is reported in between is not lost.
    this.#readers.add(reader);
    return this.#read(reader);
  }

  async *#read(reader: Reader): AsyncGenerator<unknown, void, undefined> {
    try {
      for (;;) {
        while (reader.values.length > 0) yield reader.values.shift();
        if (this.#hasEnded) return;
        await new Promise<void>((resolve) => (reader.wake = resolve));
      }
    } finally {
      this.#readers.delete(reader);
    }
  }
}
