import type { MessagePort } from 'node:worker_threads';
import type { DoneExtra, RunExtra, WireReply } from '../wire/wire.ts';

/** What the adapter sends to its worker file. */
export interface PiscinaRequest {
  readonly id: number;
  readonly args: readonly unknown[];
  readonly extra: RunExtra;
  /** Where the items of a stream go, and where what is asked of it comes from. */
  readonly port?: MessagePort;
}

/** Sent by the worker file when a task starts. */
export interface PiscinaStarted {
  readonly offloopTaskStarted: number;
}

/** Sent by the worker file when a task reports its progress. */
export interface PiscinaProgress {
  readonly offloopTaskProgress: number;
  readonly value: unknown;
  readonly extra: DoneExtra | undefined;
}

/** What the worker file answers through piscina. */
export interface PiscinaAnswer {
  readonly reply: WireReply;
  /** Reports of progress that were sent before, on a way of their own. */
  readonly reports: number;
}
