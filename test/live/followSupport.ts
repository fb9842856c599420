import { onTestFinished } from 'vitest';
import type { OffloopError } from '../../src/base/offloopError.ts';
import type { Capture, RecordingOutcome } from '../../src/profiler/capture/capture.ts';
import { recordProgram, type RecordProgramOptions } from '../../src/profiler/recordProgram.ts';

/** A program that is recorded through its restarts. */
export interface Followed {
  /** The next session that has not been taken yet; rejects where the recording ends without one. */
  session(): Promise<Capture>;
  /** The outcome of each process, once no further one comes. */
  readonly done: Promise<readonly RecordingOutcome[]>;
  /** Ends the recording. */
  stop(): Promise<readonly RecordingOutcome[]>;
}

/** Records a program until the test ends it. */
export function follow(options: Omit<RecordProgramOptions, 'attach' | 'onCapture' | 'signal'>): Followed {
  const stopping = new AbortController();
  onTestFinished(() => {
    stopping.abort();
  });
  const sessions: Capture[] = [];
  const asking: ((session: Capture) => void)[] = [];
  const recorded = recordProgram({
    ...options,
    attach: {},
    onCapture: (session) => {
      const ask = asking.shift();
      if (ask === undefined) sessions.push(session);
      else ask(session);
    },
    signal: stopping.signal,
  });
  const done = recorded.then((outcome) => {
    if (!outcome.ok) throw outcome.error satisfies OffloopError;
    return outcome.value;
  });
  return {
    session: () => {
      const waiting = sessions.shift();
      if (waiting !== undefined) return Promise.resolve(waiting);
      return new Promise((resolve, reject) => {
        asking.push(resolve);
        done.then(() => {
          reject(new Error('the recording ended without a further session'));
        }, reject);
      });
    },
    done,
    stop: () => {
      stopping.abort();
      return done;
    },
  };
}
