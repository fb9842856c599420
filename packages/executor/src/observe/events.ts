import { channel } from 'node:diagnostics_channel';

/** What is published about a task; one object for all events of the task, so that data can be tied to it. */
export interface TaskEvent {
  readonly executor: string;
  /** `queue`: an executor whose workers are other programs. */
  readonly kind: 'thread' | 'process' | 'queue';
  readonly id: number;
  /** File stem or module, `#`, export. */
  readonly name: string;
  /** Milliseconds of `performance.now()`; undefined until it happened. */
  readonly submittedAt: number;
  startedAt: number | undefined;
  endedAt: number | undefined;
  /** Thread id or process id; undefined for `queue`. */
  worker: number | undefined;
  outcome: 'fulfilled' | 'rejected' | 'cancelled' | undefined;
  error: unknown;
}

/** What is published about a worker. */
export interface WorkerEvent {
  readonly executor: string;
  readonly kind: 'thread' | 'process';
  readonly name: string;
  /** Thread id or process id. */
  readonly worker: number;
  readonly exitCode?: number | null;
  readonly signal?: string | null;
  /** False when it ended because the executor wanted it to. */
  readonly crashed?: boolean;
}

/** Channels of `node:diagnostics_channel`; without subscribers they cost one property read. */
export const channels = {
  taskSubmit: channel('offloop.executor.task.submit'),
  taskStart: channel('offloop.executor.task.start'),
  taskEnd: channel('offloop.executor.task.end'),
  workerStart: channel('offloop.executor.worker.start'),
  workerEnd: channel('offloop.executor.worker.end'),
  broken: channel('offloop.executor.broken'),
} as const;
