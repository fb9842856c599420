import type { OffloopError } from '../../base/offloopError.ts';
import type { Result } from '../../base/result.ts';
import type { Capture } from '../capture/capture.ts';

/** Where the next process of a program is. */
export interface Successor {
  readonly target: string;
  /** Whether its inspector is open because of us, so that we close it again. */
  readonly ownsInspector: boolean;
}

/** What is known when a process of a program has ended. */
export interface Ended {
  readonly session: Capture;
  /** The processes of the program that have been recorded so far. */
  readonly recorded: ReadonlySet<number>;
  /** Attaches as the program is recorded. */
  readonly attach: (next: Successor) => Promise<Result<Capture, OffloopError>>;
  /** Aborts when nothing more is to be recorded. */
  readonly signal: AbortSignal;
}

/** Finds the next process of a program when one has ended. */
export interface Successors extends Disposable {
  /** The next process, attached to; null when none comes. */
  next(ended: Ended): Promise<Capture | null>;
}
