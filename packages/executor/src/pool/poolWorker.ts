import type { PendingTask, TaskWorker } from '../tasks/pendingTask.ts';
import type { DegradedMode } from '../observe/reportDegraded.ts';
import { resolveTask } from '../tasks/references/taskReference.ts';
import type { StreamProducer } from '../tasks/streamFeed.ts';
import { startTimer } from '../tasks/timer.ts';
import { pack } from '../wire/bufferCodec.ts';
import type { Movable } from '../wire/transferList.ts';
import { Reply, Request, type WireReply, type WireRequest, type WorkerSetup } from '../wire/wire.ts';
import { sendTask } from './sendTask.ts';
import type { StartTransport, Transport, WorkerEnd } from './transport.ts';
import type { ExecutorOptions } from './types.ts';

/** `closing`: will end and takes no more tasks. */
export type WorkerState = 'starting' | 'idle' | 'busy' | 'closing' | 'ended';

/** What a worker reports to its pool. */
export interface WorkerListener {
  /** The worker's program runs; its initializer, if there is one, has not. */
  readonly booted: (worker: PoolWorker) => void;
  /** An answer while it starts or works. */
  readonly reply: (worker: PoolWorker, reply: WireReply) => void;
  /** It will end and takes no more tasks; `before` is the state it leaves. */
  readonly leaving: (worker: PoolWorker, before: WorkerState) => void;
  /** It is gone. `before` is its state when it ended, `task` what it ran. */
  readonly ended: (worker: PoolWorker, end: WorkerEnd, before: WorkerState) => void;
}

/** How to start a worker. */
export interface WorkerStart {
  readonly kind: 'thread' | 'process';
  readonly setup: WorkerSetup;
  readonly startTransport: StartTransport;
  readonly options: ExecutorOptions;
  readonly degraded: DegradedMode;
}

// How long a process may take to say how busy it is, in ms.
const answerTime = 200;
// A worker asked to end runs its exit handlers; after this many ms it is killed.
const closeGrace = 2_000;
const defaultGrace = 1_000;

/** One worker from its start to its end. Only it writes its state, its task and its timers. */
export class PoolWorker implements TaskWorker {
  readonly name: string;
  readonly #listener: WorkerListener;
  /** Buffers survive the connection by themselves. */
  readonly keepsBuffers: boolean;
  readonly degraded: DegradedMode;
  readonly #transport: Transport;
  readonly #known: boolean[] = [];
  /** See {@link TaskWorker}. */
  readonly producer: StreamProducer = {
    grant: (items) => {
      if (this.#task !== undefined) this.send([Request.grant, this.#task.id, items]);
    },
    stop: () => {
      this.#stopStream();
    },
  };
  #state: WorkerState = 'starting';
  #task: PendingTask | undefined;
  #tasksDone = 0;
  #idleSince = 0;
  #isInitialized = false;
  #isExpectedToEnd = false;
  #killTimer: NodeJS.Timeout | undefined;
  #onUtilization: ((active: number, idle: number) => void) | undefined;

  /** Starts it. @throws whatever the transport throws when none can be started */
  constructor(start: WorkerStart, listener: WorkerListener) {
    this.name = start.setup.name;
    this.#listener = listener;
    this.keepsBuffers = start.kind === 'process';
    this.degraded = start.degraded;
    this.#transport = start.startTransport(start.setup, start.options, {
      message: (reply) => {
        this.#receive(reply);
      },
      unreadable: (error) => {
        this.#task?.feed?.lose(String(error));
        if (this.#task !== undefined) this.send([Request.unread, this.#task.id, String(error)]);
      },
      ended: (end) => {
        this.#end(end);
      },
    });
  }

  /** Thread id or process id. */
  get id(): number {
    return this.#transport.id;
  }

  get state(): WorkerState {
    return this.#state;
  }

  /** What it runs, also when nobody waits for it any more. */
  get task(): PendingTask | undefined {
    return this.#task;
  }

  get tasksDone(): number {
    return this.#tasksDone;
  }

  /** When it became idle, in ms of `performance.now()`. */
  get idleSince(): number {
    return this.#idleSince;
  }

  /** False when its end is a crash. */
  get isExpectedToEnd(): boolean {
    return this.#isExpectedToEnd;
  }

  /** Its initializer was sent. */
  get isInitialized(): boolean {
    return this.#isInitialized;
  }

  /** True the first time a function is asked for: its reference must be sent along. */
  meets(functionId: number): boolean {
    if (this.#known[functionId] === true) return false;
    this.#known[functionId] = true;
    return true;
  }

  /** The reference did not get through after all. */
  forgets(functionId: number): void {
    this.#known[functionId] = false;
  }

  /** Sends a request. @throws when it cannot be cloned */
  send(request: WireRequest, transfer?: readonly Movable[]): void {
    this.#transport.send(request, transfer);
  }

  /** Runs the initializer. @throws when its reference or its arguments cannot be sent */
  initialize(initializer: NonNullable<ExecutorOptions['initializer']>, args: readonly unknown[]): void {
    this.#isInitialized = true;
    const { ref } = resolveTask(initializer as () => unknown);
    const packing = pack(args, { keepsBuffers: this.keepsBuffers });
    try {
      const extra = packing === undefined ? {} : { buffers: packing.buffers };
      this.send([Request.initialize, ref, args, extra], packing?.transfer);
    } finally {
      packing?.restore();
    }
  }

  /** Gives it a task. @throws DataCloneError when the task cannot be sent; the worker is as free as before then */
  run(task: PendingTask): void {
    sendTask(task, this);
    this.#state = 'busy';
    this.#task = task;
  }

  /** Its task was answered for. */
  finish(): void {
    this.#task = undefined;
    this.#tasksDone++;
    this.#stopKillTimer();
  }

  /** It has nothing to do. */
  rest(): void {
    this.#state = 'idle';
    this.#idleSince = performance.now();
  }

  /** See {@link TaskWorker}. The task itself has ended for its caller. */
  stopTask(reason: unknown): void {
    const task = this.#task;
    if (task === undefined) return;
    const mode = task.options.onAbort ?? 'terminate';
    if (mode === 'terminate') this.kill();
    // An abandoned stream would wait for ever for somebody to take its items.
    if (mode === 'abandon' && task.feed !== undefined) this.send([Request.stop, task.id]);
    if (mode !== 'cooperative') return;
    this.#transport.raiseAbort(task.id);
    this.send([Request.abort, task.id, errorForWorker(reason)]);
    this.#killLater(task);
  }

  #stopStream(): void {
    const task = this.#task;
    if (task?.state !== 'running') return;
    this.#transport.raiseAbort(task.id);
    this.send([Request.stop, task.id]);
    this.#killLater(task);
  }

  #killLater(task: PendingTask): void {
    this.#stopKillTimer();
    this.#killTimer = startTimer('graceMs', task.options.graceMs ?? defaultGrace, () => {
      this.kill();
    });
  }

  /** Asks it to end, and kills it if it does not. */
  close(): void {
    if (this.#state === 'closing' || this.#state === 'ended') return;
    const wasStarting = this.#state === 'starting';
    this.#leave();
    if (wasStarting) {
      this.#transport.kill();
      return;
    }
    this.send([Request.close]);
    this.#killTimer = setTimeout(() => {
      this.#transport.kill();
    }, closeGrace);
    this.#killTimer.unref();
  }

  /** Ends it now. */
  kill(): void {
    if (this.#state === 'ended') return;
    this.#leave();
    this.#transport.kill();
  }

  /** Active and idle ms of its loop; undefined when it does not answer in time. */
  async askUtilization(): Promise<{ active: number; idle: number } | undefined> {
    const known = this.#transport.utilization();
    if (known !== undefined || this.#state === 'starting') return known;
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        resolve(undefined);
      }, answerTime);
      this.#onUtilization = (active, idle) => {
        clearTimeout(timer);
        resolve({ active, idle });
      };
      this.send([Request.utilization]);
    });
  }

  #receive(reply: WireReply): void {
    const listener = this.#listener;
    if (reply[0] === Reply.utilization) this.#onUtilization?.(reply[1], reply[2]);
    else if (reply[0] === Reply.ready && this.#state === 'starting') listener.booted(this);
    else if (this.#state === 'busy' || this.#state === 'starting') listener.reply(this, reply);
  }

  #leave(): void {
    const before = this.#state;
    if (before === 'closing') return;
    this.#isExpectedToEnd = true;
    this.#state = 'closing';
    this.#listener.leaving(this, before);
  }

  #end(end: WorkerEnd): void {
    this.#stopKillTimer();
    const before = this.#state;
    this.#state = 'ended';
    this.#listener.ended(this, end, before);
    this.#task = undefined;
  }

  #stopKillTimer(): void {
    clearTimeout(this.#killTimer);
    this.#killTimer = undefined;
  }
}

/** In words, why a worker ended. */
export function describeEnd(end: WorkerEnd): string {
  if (end.signal !== null) return `was killed by ${end.signal}`;
  return `ended with exit code ${String(end.exitCode)}`;
}

// Signal reasons are often errors with uncloneable parts; the task only needs to know that, and why in words.
function errorForWorker(reason: unknown): unknown {
  return reason instanceof Error ? { name: reason.name, message: reason.message } : String(reason);
}
