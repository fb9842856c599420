import type { Movable } from '../wire/transferList.ts';
import type { WireReply, WireRequest, WorkerSetup } from '../wire/wire.ts';
import type { ExecutorOptions } from './types.ts';

/** Why a worker ended. */
export interface WorkerEnd {
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** The uncaught error that ended it, if that is known. */
  readonly error: unknown;
}

/** What a transport reports. */
export interface TransportEvents {
  readonly message: (reply: WireReply) => void;
  /** A reply arrived that cannot be read. */
  readonly unreadable: (error: unknown) => void;
  /** Called exactly once, after the last message. */
  readonly ended: (end: WorkerEnd) => void;
}

/** One worker, thread or process, at the far end of a connection. */
export interface Transport {
  /** Thread id or process id. */
  readonly id: number;
  /** Sends a request; throws when it cannot be cloned. */
  readonly send: (request: WireRequest, transfer?: readonly Movable[]) => void;
  /** Ends the worker at once, whatever it does. */
  readonly kill: () => void;
  /** Asks the task with this id to stop, also when it never yields; false where that needs a message. */
  readonly raiseAbort: (id: number) => void;
  /** Active and idle milliseconds of its event loop; undefined when it must be asked by message. */
  readonly utilization: () => { readonly active: number; readonly idle: number } | undefined;
}

/** Starts a worker; throws when none can be started. */
export type StartTransport = (
  setup: WorkerSetup,
  options: Pick<ExecutorOptions, 'env' | 'resourceLimits'>,
  events: TransportEvents,
) => Transport;
