import { setTimeout as delay } from 'node:timers/promises';
import Inspector from 'inspector-api';
import { OffloopError } from '../base/offloopError.ts';
import { err, ok, type Result } from '../base/result.ts';
import type { Millis } from '../base/units.ts';

/** How this very process is recorded. */
export interface OwnRecordingOptions {
  readonly durationMs: Millis;
  readonly intervalMs: Millis;
  /** Ends the recording early; what was recorded up to there is the result. */
  readonly signal?: AbortSignal;
}

/**
 * Records a CPU profile of the process it is called in, through V8's in-process inspector session: no port is opened, so
 * nobody else gets in. Starting pauses the process by about 1.4 ms per MB of heap, once.
 * @returns the profile as V8 gave it (the content of a `.cpuprofile`), to be parsed like any other;
 * 'cannot-attach' when the process cannot be profiled
 */
export async function recordOwnProcess(options: OwnRecordingOptions): Promise<Result<unknown, OffloopError>> {
  const inspector = new Inspector({ storage: { type: 'raw' } });
  try {
    await inspector.profiler.enable();
    inspector
      .getCurrentSession()
      .post('Profiler.setSamplingInterval', { interval: options.intervalMs * 1000 });
    await inspector.profiler.start();
    await delay(options.durationMs, undefined, { signal: options.signal }).catch(unlessAborted);
    return ok((await inspector.profiler.stop()) as unknown);
  } catch (cause) {
    return err(
      new OffloopError(
        'cannot-attach',
        'This process could not be profiled: its profiler may be in use. Stop the other profiler and try again.',
        { cause },
      ),
    );
  } finally {
    await inspector.destroy();
  }
}

function unlessAborted(error: unknown): void {
  if (!(error instanceof Error && error.name === 'AbortError')) throw error;
}
