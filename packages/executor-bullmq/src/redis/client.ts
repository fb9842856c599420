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
  return client;
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
  const stream = (client as unknown as { readonly stream?: { ref?: () => void; unref?: () => void } }).stream;
  if (hold) stream?.ref?.();
  else stream?.unref?.();
}
