import type { Socket } from 'node:net';
import { Redis, type RedisOptions } from 'ioredis';

/** Where Redis is: a URL, options of ioredis, or a client, which is duplicated and stays yours. */
export type Connection = string | RedisOptions | Redis;

// First attempt at once, then slower, so that a Redis that restarts is found soon and one that is gone costs nothing.
const firstRetryMs = 20;
const longestRetryMs = 1_000;

// Answers are waited for this long before a connection counts as dead: a cut cable sends no word of it.
const silenceMs = 15_000;

/**
 * Opens a client that waits for Redis instead of failing. `blocking` is for commands that may rightly be silent for a
 * while; such a connection needs a watchdog of its own.
 */
export function openClient(connection: Connection, blocking = false): Redis {
  const shape: RedisOptions = {
    maxRetriesPerRequest: null,
    retryStrategy: (attempt) => Math.min(firstRetryMs * 2 ** Math.min(attempt, 16), longestRetryMs),
    keepAlive: silenceMs,
    ...(blocking ? {} : { socketTimeout: silenceMs }),
  };
  const client = create(connection, shape);
  // Connection errors are no news here: the client retries, and what cannot be done by then rejects by itself.
  client.on('error', () => undefined);
  writeTogether(client);
  return client;
}

/** The part of ioredis that this file reaches into. */
interface Internals {
  readonly stream?: Pick<Socket, 'cork' | 'ref' | 'uncork' | 'unref'>;
  sendCommand: Redis['sendCommand'];
}

// Commands of one turn of the loop leave in one packet: a system call costs more than most commands, on both sides.
function writeTogether(client: Redis): void {
  const internals = client as unknown as Internals;
  const send = internals.sendCommand.bind(client);
  let isCorked = false;
  internals.sendCommand = (...args) => {
    const { stream } = internals;
    if (!isCorked && client.status === 'ready' && stream !== undefined) {
      isCorked = true;
      stream.cork();
      setImmediate(() => {
        isCorked = false;
        stream.uncork();
      });
    }
    return send(...args);
  };
}

function create(connection: Connection, shape: RedisOptions): Redis {
  if (typeof connection === 'string') return new Redis(connection, shape);
  if ('duplicate' in connection && typeof connection.duplicate === 'function')
    return connection.duplicate(shape);
  const options = connection as RedisOptions;
  return new Redis({ ...shape, ...options, maxRetriesPerRequest: null });
}

/** Closes a client: politely when it is connected, at once when it is not. */
export async function closeClient(client: Redis): Promise<void> {
  if (client.status !== 'ready') {
    client.disconnect();
    return;
  }
  // A connection that breaks while it is closed is closed, too.
  await client.quit().catch(() => undefined);
  client.disconnect();
}

/** Whether the client's socket keeps the process alive. */
export function holdProcess(client: Redis, hold: boolean): void {
  const { stream } = client as unknown as Internals;
  if (hold) stream?.ref();
  else stream?.unref();
}
