import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';

/** One entry of a stream: its id, and its fields as `[name, value, …]`. */
export type StreamEntry = readonly [id: string, fields: readonly string[]];

// How long one read waits for entries, and when a read without an answer means a dead connection.
const blockMs = 5_000;
const silenceMs = 15_000;
const retryMs = 100;
const batch = 1_000;

/** Reads a Redis stream from a position on, over cut connections and restarts, until it is closed. */
export class StreamReader {
  #isOpen = true;
  #last: string;

  constructor(
    private readonly client: Redis,
    private readonly key: string,
    from: string,
    private readonly onEntries: (entries: readonly StreamEntry[]) => void,
    /** How long to wait between two reads, ms: entries that come in the meantime are read together. */
    private readonly pause: () => number = () => 0,
  ) {
    this.#last = from;
    void this.#run();
  }

  /** Stops reading. The client is the owner's to close. */
  close(): void {
    this.#isOpen = false;
  }

  async #run(): Promise<void> {
    while (this.#isOpen) {
      const entries = await this.#read();
      const last = entries.at(-1);
      if (last === undefined) continue;
      this.#last = last[0];
      this.#deliver(entries);
      const pauseMs = this.pause();
      if (pauseMs > 0) await sleep(pauseMs);
    }
  }

  // What was read before the end is not delivered after it.
  #deliver(entries: readonly StreamEntry[]): void {
    if (this.#isOpen) this.onEntries(entries);
  }

  async #read(): Promise<readonly StreamEntry[]> {
    // The answer to a read over a cable that was cut never comes.
    const watchdog = setTimeout(() => this.client.disconnect(true), silenceMs).unref();
    try {
      const answer = await this.client.xread(
        'COUNT',
        batch,
        'BLOCK',
        blockMs,
        'STREAMS',
        this.key,
        this.#last,
      );
      return answer?.[0]?.[1] ?? [];
    } catch {
      // The connection broke, or Redis starts: the next read goes on where this one stood.
      if (this.#isOpen) await sleep(retryMs, undefined, { ref: false });
      return [];
    } finally {
      clearTimeout(watchdog);
    }
  }
}

/** The value of a field of an entry. */
export function fieldOf([, fields]: StreamEntry, name: string): string | undefined {
  for (let index = 0; index < fields.length; index += 2) if (fields[index] === name) return fields[index + 1];
  return undefined;
}

/** The id of the last entry of a stream: reading from it on yields what comes later. */
export async function lastEntryId(client: Redis, key: string): Promise<string> {
  const [entry] = await client.xrevrange(key, '+', '-', 'COUNT', 1);
  return entry?.[0] ?? '0-0';
}
