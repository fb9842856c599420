import { AsyncResource } from 'node:async_hooks';
import { unpack } from '../wire/bufferCodec.ts';
import { isClonable } from '../wire/cloneCheck.ts';
import { encodeError } from '../wire/errorCodec.ts';
import { shared } from '../wire/shared.ts';
import { Reply, Request, type RunExtra, type WireReference, type WireRequest } from '../wire/wire.ts';
import { callTask } from './callTask.ts';
import { loadTask } from './moduleLoader.ts';
import { cloneError, sendValue } from './outbox.ts';
import type { WorkerPort } from './port.ts';
import { StreamRun } from './streamRun.ts';

type AnyFunction = (...args: unknown[]) => unknown;

interface Loaded {
  readonly run: AnyFunction;
  /** Results of builtin functions are fresh: their memory may be moved without a copy. */
  readonly ownsResult: boolean;
}

/** Runs tasks one at a time; the executor never sends the next before the reply. */
export class TaskRunner {
  readonly #port: WorkerPort;
  readonly #functions: (Loaded | undefined)[] = [];
  #current = 0;
  /** The last task that got an answer. */
  #answered = 0;
  #abort: AbortController | undefined;
  /** The stream of the current task. */
  #running: StreamRun | undefined;

  constructor(port: WorkerPort) {
    this.#port = port;
    shared.worker = {
      signal: () => this.#signal(),
      progress: (value) => {
        this.#report(value);
      },
      load: (ref) => loadTask(ref, port.setup),
    };
  }

  /** Handles one request. */
  handle(request: WireRequest): void {
    switch (request[0]) {
      case Request.run:
        this.#run(request[1], request[2], request[3], request[4]);
        return;
      case Request.abort:
        if (request[1] !== this.#current) return;
        this.#controller().abort(request[2]);
        this.#running?.stop();
        return;
      case Request.grant:
        if (request[1] === this.#current) this.#running?.grant(request[2]);
        return;
      case Request.stop:
        if (request[1] === this.#current) this.#running?.stop();
        return;
      case Request.close:
        end();
        return;
      case Request.unread:
        this.#unread(request[1], request[2]);
        return;
      case Request.initialize:
        void this.#initialize(request[1], request[2], request[3]);
        return;
      case Request.utilization: {
        const { active, idle } = performance.eventLoopUtilization();
        this.#port.send([Reply.utilization, active, idle]);
      }
    }
  }

  // A task that still runs and is no stream: what could not be read was something else, and the answer will come.
  #unread(id: number, reason: string): void {
    const what = id === this.#answered ? 'result' : 'item';
    const error = cloneError(what, `${what} cannot be read by the caller: ${reason}`);
    if (what === 'result') this.#fail(id, error);
    else if (id === this.#current) this.#running?.stop({ error });
  }

  #run(id: number, ref: number, args: readonly unknown[], extra: RunExtra | undefined): void {
    this.#current = id;
    this.#abort = undefined;
    this.#running = undefined;
    const loaded = this.#functions[ref];
    if (loaded !== undefined) {
      this.#execute(id, loaded, args, extra);
      return;
    }
    const reference = extra?.ref;
    if (reference === undefined) {
      this.#fail(id, new Error(`The worker does not know function ${String(ref)}`));
      return;
    }
    loadTask(reference, this.#port.setup).then(
      (run) => {
        const found = { run, ownsResult: reference.kind === 'builtin' };
        this.#functions[ref] = found;
        this.#execute(id, found, args, extra);
      },
      (error: unknown) => {
        this.#fail(id, error);
      },
    );
  }

  #execute(id: number, loaded: Loaded, packed: readonly unknown[], extra: RunExtra | undefined): void {
    if (this.#abort?.signal.aborted === true) {
      // Cancelled while its module was loading: nobody waits for it.
      this.#fail(id, undefined);
      return;
    }
    const { run } = loaded;
    let result: unknown;
    try {
      const args = extra === undefined ? packed : unpack(packed, extra.buffers);
      if (extra?.stream !== undefined) {
        this.#stream(id, run, args, extra, extra.stream);
        return;
      }
      result = callTask(run, args, extra);
    } catch (error) {
      this.#fail(id, error);
      return;
    }
    if (isThenable(result)) {
      Promise.resolve(result).then(
        (value: unknown) => {
          this.#succeed(id, value, loaded, extra);
        },
        (error: unknown) => {
          this.#fail(id, error);
        },
      );
      return;
    }
    this.#succeed(id, result, loaded, extra);
  }

  #succeed(id: number, result: unknown, loaded: Loaded, extra: RunExtra | undefined): void {
    try {
      // The short way for most: nothing to pack, nothing to explain.
      if (typeof result === 'number' || typeof result === 'string') this.#port.send([Reply.done, id, result]);
      else {
        sendValue(this.#port, id, result, {
          name: 'result',
          owned: loaded.ownsResult,
          inspect: extra?.inspect === true,
        });
      }
      this.#answered = id;
    } catch (error) {
      this.#fail(id, error);
    }
  }

  #stream(id: number, run: AnyFunction, args: readonly unknown[], extra: RunExtra, window: number): void {
    let scope: AsyncResource | undefined;
    const stream = new StreamRun(
      {
        send: (item) => {
          sendValue(this.#port, id, item, { name: 'item' });
        },
        isAborted: () => this.#signal()?.aborted === true,
        // The steps of a generator run in the context of whoever asks for them.
        enter: (step) => (scope === undefined ? step() : scope.runInAsyncScope(step)),
      },
      window,
    );
    this.#running = stream;
    const open = (...opened: unknown[]): unknown => {
      if (extra.context !== undefined) scope = new AsyncResource('offloop.stream');
      return run(...opened);
    };
    stream.run(callTask(open, args, extra)).then(
      () => {
        this.#succeed(id, undefined, { run, ownsResult: false }, undefined);
      },
      (error: unknown) => {
        this.#fail(id, error);
      },
    );
  }

  #fail(id: number, error: unknown): void {
    this.#port.send([Reply.failed, id, encodeError(error, isClonable)]);
    this.#answered = id;
  }

  #report(value: unknown): void {
    if (this.#answered !== this.#current) sendValue(this.#port, this.#current, value, { name: 'progress' });
  }

  async #initialize(
    ref: WireReference,
    args: readonly unknown[],
    extra: RunExtra | undefined,
  ): Promise<void> {
    try {
      const run = await loadTask(ref, this.#port.setup);
      await run(...unpack(args, extra?.buffers));
    } catch (error) {
      this.#port.send([Reply.broken, encodeError(error, isClonable)]);
      return;
    }
    this.#port.send([Reply.ready]);
  }

  #controller(): AbortController {
    return (this.#abort ??= new AbortController());
  }

  #signal(): AbortSignal | undefined {
    if (this.#current === 0) return undefined;
    const flag = this.#port.setup.abortFlag;
    const controller = this.#controller();
    // A task that never yields gets no message: the flag in shared memory reaches it.
    if (flag !== undefined && Atomics.load(flag, 0) === (this.#current | 0) && !controller.signal.aborted)
      controller.abort();
    return controller.signal;
  }
}

function end(): void {
  process.exit(0);
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
  );
}
