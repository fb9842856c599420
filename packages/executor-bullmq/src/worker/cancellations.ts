import type { Redis } from 'ioredis';
import type { QueueKeys } from '../redis/keys.ts';
import { fieldOf, StreamReader } from '../redis/streamReader.ts';

// A request to stop may overtake the task it means; so many are remembered for tasks that are about to start.
const remembered = 10_000;
// What was asked shortly before this worker came may concern tasks that it is about to take.
const lookBackMs = 60_000;

/** Hears from callers which tasks are to stop, over a stream that survives a cut connection. */
export class Cancellations {
  /** When a request was heard that meant no task here, by id. */
  readonly #early = new Map<string, number>();
  #heard = 0;
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

  /** Requests heard so far: a moment to compare with. */
  get moment(): number {
    return this.#heard;
  }

  /** Whether a task that is about to start was cancelled, at any time or since a moment. */
  take(id: string, since = 0): boolean {
    const heard = this.#early.get(id);
    this.#early.delete(id);
    return heard !== undefined && heard > since;
  }

  /** Stops listening, and closes the client: in the middle of a read, which would last for seconds. */
  close(): void {
    this.#reader?.close();
    this.client.disconnect();
  }

  #hear(id: string): void {
    this.#heard++;
    if (this.stop(id)) return;
    this.#early.set(id, this.#heard);
    if (this.#early.size <= remembered) return;
    for (const oldest of this.#early.keys()) {
      this.#early.delete(oldest);
      return;
    }
  }
}
