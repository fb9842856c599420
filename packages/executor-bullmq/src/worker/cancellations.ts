import type { Redis } from 'ioredis';
import type { QueueKeys } from '../redis/keys.ts';
import { fieldOf, StreamReader } from '../redis/streamReader.ts';

// A request to stop may overtake the task it means; so many are remembered for tasks that are about to start.
const remembered = 10_000;
// What was asked shortly before this worker came may concern tasks that it is about to take.
const lookBackMs = 60_000;

/** Hears from callers which tasks are to stop, over a stream that survives a cut connection. */
export class Cancellations {
  readonly #early = new Set<string>();
  #reader: StreamReader | undefined;

  constructor(
    private readonly client: Redis,
    private readonly keys: QueueKeys,
    /** Stops a task; false when it does not run here. */
    private readonly stop: (id: string) => boolean,
  ) {}

  /** Starts to listen. */
  async open(): Promise<void> {
    const [seconds] = await this.client.time();
    const from = `${Number(seconds) * 1_000 - lookBackMs}-0`;
    this.#reader = new StreamReader(this.client, this.keys.control, from, (entries) => {
      for (const entry of entries) {
        const id = fieldOf(entry, 'cancel');
        if (id !== undefined) this.#hear(id);
      }
    });
  }

  /** Whether a task that is about to start was cancelled meanwhile. */
  take(id: string): boolean {
    return this.#early.delete(id);
  }

  /** Stops listening, and closes the client: in the middle of a read, which would last for seconds. */
  close(): void {
    this.#reader?.close();
    this.client.disconnect();
  }

  #hear(id: string): void {
    if (this.stop(id)) return;
    this.#early.add(id);
    if (this.#early.size <= remembered) return;
    for (const oldest of this.#early) {
      this.#early.delete(oldest);
      return;
    }
  }
}
