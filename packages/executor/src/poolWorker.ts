import type { PendingTask } from './pendingTask.ts';
import type { Transport, WorkerEnd } from './transport.ts';

/** `closing`: will end and takes no more tasks. */
export type WorkerState = 'starting' | 'idle' | 'busy' | 'closing' | 'ended';

/** One worker of a pool, as the pool sees it. */
export class PoolWorker {
  transport!: Transport;
  state: WorkerState = 'starting';
  /** Set while a task runs, also when nobody waits for it any more. */
  task: PendingTask | undefined = undefined;
  /** The initializer was sent. */
  initialized = false;
  tasksDone = 0;
  /** When it became idle, in ms of `performance.now()`. */
  idleSince = 0;
  /** Kills a worker that does not end by itself. */
  killTimer: NodeJS.Timeout | undefined = undefined;
  /** Takes the answer to a question about its loop. */
  onUtilization: ((active: number, idle: number) => void) | undefined = undefined;
  /** Why it was told to end, when its own death is not the reason. */
  expected = false;
  readonly #known: boolean[] = [];

  constructor(readonly name: string) {}

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
}

/** In words, why a worker ended. */
export function describeEnd(end: WorkerEnd): string {
  if (end.signal !== null) return `was killed by ${end.signal}`;
  return `ended with exit code ${String(end.exitCode)}`;
}
