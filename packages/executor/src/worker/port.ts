import type { WireReply, WireRequest, WorkerSetup } from '../wire/wire.ts';

/** The worker's end of its connection to the executor. */
export interface WorkerPort {
  /** Sends; throws when the reply cannot be cloned. */
  readonly send: (reply: WireReply, transfer?: readonly ArrayBuffer[]) => void;
  readonly receive: (listener: (request: WireRequest) => void, unreadable: (reason: string) => void) => void;
  readonly setup: WorkerSetup;
  /** Buffers survive the connection by themselves, and memory cannot be moved. */
  readonly keepsBuffers: boolean;
}
