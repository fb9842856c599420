import { WebSocket, type RawData } from 'ws';
import { err, ok, type Result } from '../../base/result.ts';
import { isRecord } from './readValue.ts';

/** Why an inspector call brought no result. */
export type CdpFailure =
  | { readonly kind: 'closed'; readonly reason: string }
  | { readonly kind: 'protocol'; readonly code: number; readonly message: string }
  | { readonly kind: 'timeout'; readonly method: string };

/** One conversation with one thread of a target; commands answer with a result and never reject. */
export interface CdpChannel {
  /** Sends a command. `timeoutMs` bounds the wait; without it only the end of the connection does. */
  send(method: string, params?: object, timeoutMs?: number): Promise<Result<unknown, CdpFailure>>;
  /** Listens for an event; returns the function that stops listening. */
  on(event: string, listener: (params: unknown) => void): () => void;
}

/** A CDP channel whose socket can be closed. */
export interface CdpConnection extends CdpChannel {
  /** Settles once, with the reason, when the socket has closed, from either side. */
  readonly closed: Promise<string>;
  close(): void;
}

/** Larger messages end the connection: a 5 s window at 100 us is under 2 MB, so this is far beyond any honest profile. */
const maxMessageBytes = 64 * 1024 * 1024;
const handshakeTimeoutMs = 10_000;
/** A peer that does not answer our closing frame is cut off after this long. */
const closeGraceMs = 1_000;

interface Waiter {
  readonly settle: (result: Result<unknown, CdpFailure>) => void;
  readonly timer: NodeJS.Timeout | undefined;
}

/** Matches answers to commands and hands events to listeners; knows nothing about how messages travel. */
export class CdpDispatcher implements CdpChannel {
  readonly #waiters = new Map<number, Waiter>();
  readonly #listeners = new Map<string, Set<(params: unknown) => void>>();
  readonly #post: (message: string) => void;
  #nextId = 1;
  #closedReason: string | undefined;

  constructor(post: (message: string) => void) {
    this.#post = post;
  }

  send(method: string, params: object = {}, timeoutMs?: number): Promise<Result<unknown, CdpFailure>> {
    if (this.#closedReason !== undefined) {
      return Promise.resolve(err({ kind: 'closed', reason: this.#closedReason }));
    }
    const id = this.#nextId++;
    return new Promise((resolve) => {
      const timer =
        timeoutMs === undefined
          ? undefined
          : setTimeout(() => {
              this.#settle(id, err({ kind: 'timeout', method }));
            }, timeoutMs);
      this.#waiters.set(id, { settle: resolve, timer });
      this.#post(JSON.stringify({ id, method, params }));
    });
  }

  on(event: string, listener: (params: unknown) => void): () => void {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners.add(listener));
    return () => {
      listeners.delete(listener);
    };
  }

  /** Takes one message of the peer; returns what is wrong with it, or undefined. Unknown ids and events are ignored. */
  receive(text: string): string | undefined {
    const message = parseMessage(text);
    // Node glues messages together when it has very many trace events (seen on 20): those events are lost, no more.
    if (message === undefined && text.startsWith('{"method":"NodeTracing.')) return undefined;
    if (message === undefined) return 'the peer sent a message that is not a CDP message';
    if (typeof message['method'] === 'string') {
      for (const listener of [...(this.#listeners.get(message['method']) ?? [])]) listener(message['params']);
      return undefined;
    }
    if (typeof message['id'] === 'number') this.#settle(message['id'], readAnswer(message));
    return undefined;
  }

  /** Ends every open call: nothing more will be answered. */
  end(reason: string): void {
    this.#closedReason ??= reason;
    for (const id of [...this.#waiters.keys()]) this.#settle(id, err({ kind: 'closed', reason }));
  }

  #settle(id: number, result: Result<unknown, CdpFailure>): void {
    const waiter = this.#waiters.get(id);
    if (waiter === undefined) return;
    this.#waiters.delete(id);
    clearTimeout(waiter.timer);
    waiter.settle(result);
  }
}

function parseMessage(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function readAnswer(message: Record<string, unknown>): Result<unknown, CdpFailure> {
  const error = message['error'];
  if (error === undefined) return ok(message['result']);
  const code = isRecord(error) && typeof error['code'] === 'number' ? error['code'] : 0;
  const text = isRecord(error) && typeof error['message'] === 'string' ? error['message'] : 'unknown error';
  return err({ kind: 'protocol', code, message: text.slice(0, 500) });
}

const textOf = (data: RawData): string =>
  Array.isArray(data)
    ? Buffer.concat(data).toString('utf8')
    : data instanceof ArrayBuffer
      ? Buffer.from(data).toString('utf8')
      : data.toString('utf8');

/** Opens the inspector's web socket. The error is the reason in words of the transport ("connect ECONNREFUSED …"). */
export function openCdpConnection(url: string, signal?: AbortSignal): Promise<Result<CdpConnection, string>> {
  if (signal?.aborted === true) return Promise.resolve(err('cancelled'));
  const socket = new WebSocket(url, {
    perMessageDeflate: false,
    maxPayload: maxMessageBytes,
    handshakeTimeout: handshakeTimeoutMs,
    followRedirects: false,
  });
  return new Promise((resolve) => {
    const onAbort = (): void => {
      socket.terminate();
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    // Before 'open' this is the answer; afterwards the 'close' that follows each error reports it.
    let lastError = 'the connection was closed';
    const connection = wireUp(socket, () => lastError);
    socket.on('error', (error) => {
      lastError = error.message;
    });
    socket.once('open', () => {
      signal?.removeEventListener('abort', onAbort);
      resolve(ok(connection));
    });
    socket.once('close', () => {
      signal?.removeEventListener('abort', onAbort);
      resolve(err(signal?.aborted === true ? 'cancelled' : lastError));
    });
  });
}

function wireUp(socket: WebSocket, lastError: () => string): CdpConnection {
  const dispatcher = new CdpDispatcher((message) => {
    socket.send(message, (error) => {
      if (error != null) socket.terminate();
    });
  });
  let defect: string | undefined;
  socket.on('message', (data) => {
    defect ??= dispatcher.receive(textOf(data));
    if (defect !== undefined) socket.terminate();
  });
  const closed = new Promise<string>((resolve) => {
    socket.once('close', () => {
      const reason = defect ?? lastError();
      dispatcher.end(reason);
      resolve(reason);
    });
  });
  return {
    closed,
    send: (method, params, timeoutMs) => dispatcher.send(method, params, timeoutMs),
    on: (event, listener) => dispatcher.on(event, listener),
    close: () => {
      socket.close();
      const timer = setTimeout(() => {
        socket.terminate();
      }, closeGraceMs);
      socket.once('close', () => {
        clearTimeout(timer);
      });
    },
  };
}
