import { pack, unpack } from '../wire/bufferCodec.ts';
import { describe, findUnclonable, isClonable, isCloneFailure, isTooDeep } from '../wire/cloneCheck.ts';
import { findDegraded } from '../wire/degradation.ts';
import { encodeError } from '../wire/errorCodec.ts';
import { shared } from '../wire/shared.ts';
import {
  Reply,
  Request,
  type DoneExtra,
  type RunExtra,
  type WireReference,
  type WireReply,
  type WireRequest,
} from '../wire/wire.ts';
import { callTask } from './callTask.ts';
import { loadTask } from './moduleLoader.ts';
import type { WorkerPort } from './port.ts';

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

  constructor(port: WorkerPort) {
    this.#port = port;
    shared.worker = { signal: () => this.#signal(), load: (ref) => loadTask(ref, port.setup) };
  }

  /** Handles one request. */
  handle(request: WireRequest): void {
    switch (request[0]) {
      case Request.run:
        this.#run(request[1], request[2], request[3], request[4]);
        return;
      case Request.abort:
        if (request[1] === this.#current) this.#controller().abort(request[2]);
        return;
      case Request.close:
        end();
        return;
      case Request.unread:
        // Still running: what could not be read was something else, and the answer will come.
        if (request[1] === this.#answered)
          this.#fail(request[1], cloneError('result', `result cannot be read by the caller: ${request[2]}`));
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

  #run(id: number, ref: number, args: readonly unknown[], extra: RunExtra | undefined): void {
    this.#current = id;
    this.#abort = undefined;
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
      if (typeof result !== 'object' || result === null) {
        this.#send([Reply.done, id, result]);
        return;
      }
      const done: DoneExtra = {};
      if (extra?.inspect === true) {
        const degraded = findDegraded(result, 'result');
        if (degraded.length > 0) done.degraded = degraded;
      }
      const values = [result];
      const packing = pack(values, { keepsBuffers: this.#port.keepsBuffers, owned: loaded.ownsResult });
      if (packing !== undefined) done.buffers = packing.buffers;
      try {
        this.#send([Reply.done, id, values[0], done], packing?.transfer);
      } finally {
        packing?.restore();
      }
    } catch (error) {
      this.#fail(id, describeUnclonable(result, error));
    }
  }

  #fail(id: number, error: unknown): void {
    this.#send([Reply.failed, id, encodeError(error, isClonable)]);
  }

  #send(reply: WireReply & readonly [number, number, ...unknown[]], transfer?: readonly ArrayBuffer[]): void {
    this.#port.send(reply, transfer);
    this.#answered = reply[1];
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

function describeUnclonable(result: unknown, error: unknown): unknown {
  if (isTooDeep(error)) return cloneError('result', 'result cannot be sent back: nested too deeply', error);
  const culprit = isCloneFailure(error) ? findUnclonable(result, 'result') : undefined;
  if (culprit === undefined) return error;
  return cloneError(culprit.path, `${culprit.path} cannot be sent back: ${describe(culprit.value)}`, error);
}

function cloneError(path: string, message: string, cause?: unknown): Error {
  const error = new Error(message, cause === undefined ? {} : { cause });
  return Object.assign(error, { name: 'DataCloneError', code: 'ERR_DATA_CLONE', path });
}
