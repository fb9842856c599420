import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { closeClient, holdProcess, openClient } from '../redis/client.ts';
import { queueKeys, type QueueKeys } from '../redis/keys.ts';
import { lastEntryId, StreamReader, type StreamEntry } from '../redis/streamReader.ts';
import type { JobData } from '../wire/jobData.ts';
import type { ResolvedOptions } from './options.ts';

/** A caller's connections to Redis: one to send by, one to hear by. Opened by the first task, not before. */
export class QueueLink {
  readonly keys: QueueKeys;
  readonly commands: Redis;
  readonly queue: Queue<JobData>;
  /** Resolves when events are heard: what is sent from then on cannot end unheard. */
  readonly ready: Promise<void>;
  readonly #events: Redis;
  readonly #alive: NodeJS.Timeout | undefined;
  #reader: StreamReader | undefined;
  #isHeld = false;
  #isClosed = false;

  constructor(
    private readonly options: ResolvedOptions,
    private readonly caller: string,
    onEntries: (entries: readonly StreamEntry[]) => void,
    onReconnect: () => void,
    private readonly pause: () => number,
  ) {
    this.keys = queueKeys(options.prefix, options.queue);
    this.commands = openClient(options.connection);
    this.#events = openClient(options.connection, true);
    this.queue = new Queue(options.queue, {
      connection: this.commands,
      prefix: options.prefix,
      skipVersionCheck: true,
    });
    this.queue.on('error', () => undefined);
    for (const client of [this.commands, this.#events]) {
      client.on('connect', () => {
        holdProcess(client, this.#isHeld);
      });
    }
    this.#alive = this.#proveAlive();
    this.ready = this.#open(onEntries);
    this.#events.on('ready', () => {
      if (this.#reader !== undefined) onReconnect();
    });
  }

  /** True once `close()` was called. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Whether the connections keep the process alive. */
  hold(isHeld: boolean): void {
    if (this.#isHeld === isHeld) return;
    this.#isHeld = isHeld;
    for (const client of [this.commands, this.#events]) holdProcess(client, isHeld);
  }

  /** Ends the connections. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#alive);
    this.#reader?.close();
    this.#events.disconnect();
    if (this.#alive !== undefined && this.commands.status === 'ready')
      await this.commands.del(this.keys.caller(this.caller)).catch(() => undefined);
    await this.queue.close().catch(() => undefined);
    await closeClient(this.commands);
  }

  async #open(onEntries: (entries: readonly StreamEntry[]) => void): Promise<void> {
    const [from] = await Promise.all([
      lastEntryId(this.commands, this.keys.events),
      this.queue.waitUntilReady(),
    ]);
    if (!this.#isClosed)
      this.#reader = new StreamReader(this.#events, this.keys.events, from, onEntries, this.pause);
  }

  // Redis counts the time: clocks of other machines play no part.
  #proveAlive(): NodeJS.Timeout | undefined {
    const { onLostCaller, callerTtl } = this.options;
    if (onLostCaller !== 'drop') return undefined;
    const renew = (): void => {
      if (this.commands.status === 'end') return;
      this.commands.set(this.keys.caller(this.caller), '1', 'PX', callerTtl).catch(() => undefined);
    };
    renew();
    return setInterval(renew, callerTtl / 3).unref();
  }
}
