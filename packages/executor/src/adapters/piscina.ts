import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bind } from '../tasks/bind.ts';
import { unpack } from '../wire/bufferCodec.ts';
import { isTooDeep } from '../wire/cloneCheck.ts';
import { decodeError, isError, joinStacks } from '../wire/errorCodec.ts';
import {
  DataCloneError,
  ExecutorShutdownError,
  ExecutorTerminatedError,
  QueueFullError,
  TaskCancelledError,
  WorkerCrashedError,
} from '../wire/errors.ts';
import { explainClone, packOrExplain } from '../wire/explainClone.ts';
import type { PendingTask } from '../tasks/pendingTask.ts';
import { submitTask, type TaskIntake } from '../tasks/submitTask.ts';
import type { Submitter, TaskCall } from '../tasks/taskCall.ts';
import type { TaskPromise } from '../tasks/taskPromise.ts';
import { resolveTask, type ResolvedTask, type TaskLike } from '../tasks/references/taskReference.ts';
import { checkTransfer } from '../wire/transferList.ts';
import type { ShutdownOptions } from '../pool/types.ts';
import type { BoundExecutor, Executor, Mapper, Stream, Submit, SubmitOptions } from '../tasks/types.ts';
import type { PiscinaAnswer, PiscinaProgress, PiscinaRequest, PiscinaStarted } from './piscinaMessages.ts';
import { PiscinaStream } from './piscinaStream.ts';
import { Reply, type RunExtra, type WireReply } from '../wire/wire.ts';

/** The part of a piscina pool that the adapter uses. */
export interface PiscinaLike {
  readonly options: { readonly maxThreads: number };
  // Methods, so that any version's narrower option types fit.
  run(task: unknown, options: object): Promise<unknown>;
  destroy(): Promise<void>;
  on(event: 'message', listener: (message: unknown) => void): unknown;
}

/** A piscina pool behind the interface of the executors here. */
export interface PiscinaExecutor extends Executor, AsyncDisposable {
  readonly submit: Submit;
  readonly map: Mapper;
  readonly stream: Stream;
  readonly with: (options: SubmitOptions) => BoundExecutor;
  /** Closes the pool; `force` destroys it. */
  readonly shutdown: (options?: ShutdownOptions) => Promise<void>;
}

/**
 * Runs tasks in an existing piscina pool, with the task references, errors and Buffers of this package. The pool keeps
 * its own options; `filename` of each run is a file of this package, so the package must not be bundled. Cooperative
 * cancelling ends the worker at once; `graceMs` has no effect.
 */
export function fromPiscina(pool: PiscinaLike): PiscinaExecutor {
  return new Adapter(pool);
}

/** A task that was handed to the pool. */
interface RunningTask {
  readonly task: PendingTask;
  readonly abort: AbortController;
  readonly stream: PiscinaStream | undefined;
  /** Reports of progress that have come. */
  reports: number;
  onReport: () => void;
}

class Adapter implements PiscinaExecutor, Submitter, TaskIntake {
  readonly submitStack = true;
  readonly carriesContext = true;
  readonly maxWorkers: number;
  readonly submit: Submit;
  readonly map: Mapper;
  readonly stream: Stream;
  readonly hasStreams = true;
  readonly with: (options: SubmitOptions) => BoundExecutor;
  readonly #pool: PiscinaLike;
  readonly #tasks = new Map<number, RunningTask>();
  /** What tasks in the pool's own queue will take along. */
  readonly #claimed = new WeakSet();
  #ending: 'shutdown' | 'terminated' | undefined;
  #serial = 0;

  constructor(pool: PiscinaLike) {
    this.#pool = pool;
    this.maxWorkers = pool.options.maxThreads;
    ({ submit: this.submit, map: this.map, stream: this.stream, with: this.with } = bind(this, {}));
    pool.on('message', (message) => {
      this.#hear(message as Partial<PiscinaStarted & PiscinaProgress> | null);
    });
  }

  #hear(message: Partial<PiscinaStarted & PiscinaProgress> | null): void {
    const { offloopTaskStarted: started, offloopTaskProgress: reporting } = message ?? {};
    const running = this.#tasks.get(started ?? reporting ?? 0);
    if (running === undefined) return;
    const { task } = running;
    if (started !== undefined && task.state === 'queued') task.start();
    if (reporting !== undefined) {
      task.report(unpack([message?.value], message?.extra?.buffers)[0]);
      running.reports++;
      running.onReport();
    }
  }

  submitCall(call: TaskCall): TaskPromise<unknown> {
    return submitTask(this, call);
  }

  nextId(): number {
    return ++this.#serial;
  }

  resolve(fn: TaskLike): ResolvedTask {
    return resolveTask(fn);
  }

  refusal(): { readonly error: Error } | undefined {
    return this.#ending === undefined ? undefined : { error: new ExecutorShutdownError() };
  }

  refuse(task: PendingTask, error: unknown, state: 'rejected' | 'cancelled'): void {
    task.fail(error, state);
  }

  admit(task: PendingTask): void {
    const { args, context, options } = task;
    if (options.transfer !== undefined) checkTransfer(options.transfer, args, this.#claimed);
    const extra: RunExtra = {
      ...(task.task && { ref: task.task.ref }),
      ...(task.form === 'chunk' && { chunk: true }),
      ...(context && { context }),
      ...(task.feed && { stream: task.feed.window }),
    };
    void this.#run(task, extra, args);
  }

  cancelTask(task: PendingTask, reason: unknown): boolean {
    if (task.state !== 'queued' && task.state !== 'running') return false;
    const leave = task.state === 'running' && task.options.onAbort === 'abandon';
    task.fail(reason, 'cancelled');
    const running = this.#tasks.get(task.id);
    if (!leave) running?.abort.abort();
    else running?.stream?.producer.stop();
    return true;
  }

  async shutdown(options: ShutdownOptions = {}): Promise<void> {
    this.#ending ??= 'shutdown';
    if (options.cancelPending === true) {
      for (const { task } of [...this.#tasks.values()]) {
        if (task.state === 'queued')
          this.cancelTask(task, new TaskCancelledError('The executor was shut down'));
      }
    }
    const ended = options.force === true ? this.#destroy() : this.#close(options.timeout);
    if (options.wait !== false) await ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown();
  }

  async #close(timeout: number | undefined): Promise<void> {
    const timer = timeout === undefined ? undefined : setTimeout(() => void this.#destroy(), timeout);
    await Promise.allSettled([...this.#tasks.values()].map(({ task }) => task.promise));
    clearTimeout(timer);
    await this.#pool.destroy();
  }

  async #destroy(): Promise<void> {
    this.#ending = 'terminated';
    for (const { task } of [...this.#tasks.values()]) this.cancelTask(task, new ExecutorTerminatedError());
    await this.#pool.destroy();
  }

  #send({ task, abort, stream }: RunningTask, extra: RunExtra, args: readonly unknown[]): Promise<unknown> {
    const { transfer } = task.options;
    const packing = packOrExplain(args, transfer === undefined ? {} : { given: transfer });
    if (packing !== undefined) extra.buffers = packing.buffers;
    // piscina may keep the request in its queue: what was swapped for the moment of sending goes back.
    packing?.restore();
    const request: PiscinaRequest = { id: task.id, args, extra, ...(stream && { port: stream.port }) };
    const options = { filename: workerFile(), name: 'default', signal: abort.signal };
    const transferList = [...(transfer ?? []), ...(stream ? [stream.port] : [])];
    return this.#pool.run(request, transferList.length === 0 ? options : { ...options, transferList });
  }

  async #run(task: PendingTask, extra: RunExtra, args: readonly unknown[]): Promise<void> {
    const abort = new AbortController();
    const kill = (): void => {
      abort.abort();
    };
    const stream = task.feed && new PiscinaStream(task, kill);
    const running: RunningTask = { task, abort, stream, reports: 0, onReport: () => undefined };
    this.#tasks.set(task.id, running);
    for (const item of task.options.transfer ?? []) this.#claimed.add(item);
    try {
      const { reply, reports } = (await this.#send(running, extra, args)) as PiscinaAnswer;
      await stream?.arrived;
      while (running.reports < reports) await new Promise<void>((resolve) => (running.onReport = resolve));
      settle(task, reply);
    } catch (error) {
      if (task.state === 'queued' || task.state === 'running')
        task.fail(translate(error, args, extra.context));
    } finally {
      this.#tasks.delete(task.id);
      stream?.close();
      for (const item of task.options.transfer ?? []) this.#claimed.delete(item);
    }
  }
}

function settle(task: PendingTask, reply: WireReply): void {
  if (task.state !== 'queued' && task.state !== 'running') return;
  if (task.state === 'queued') task.start();
  if (reply[0] === Reply.done) {
    task.fulfil(unpack([reply[2]], reply[3]?.buffers)[0]);
    return;
  }
  const error = reply[0] === Reply.failed ? decodeError(reply[2]) : undefined;
  joinStacks(error, task.site);
  task.fail(error);
}

// What piscina itself rejects with: clone errors, a full queue, a worker's death.
function translate(error: unknown, args: readonly unknown[], context: unknown): unknown {
  if (error instanceof DataCloneError) return error;
  const message = isError(error) ? error.message : String(error);
  if ((error instanceof DOMException && error.name === 'DataCloneError') || isTooDeep(error))
    return explainClone(error, args, context);
  if (message.includes('queue is at limit')) return new QueueFullError(0);
  return new WorkerCrashedError(
    `The piscina worker failed: ${message}`,
    { exitCode: null, signal: null },
    { cause: error },
  );
}

function workerFile(): string {
  const here = import.meta.url;
  return join(dirname(here.startsWith('file:') ? fileURLToPath(here) : here), 'piscinaWorker.js');
}
