import Inspector from 'inspector-api';
import { setTimeout as delay } from 'node:timers/promises';
import type { CpuProfile, Recording } from '../analysis/recording.ts';
import { OffloopError } from '../base/offloopError.ts';
import { err, ok, type Result } from '../base/result.ts';
import { microsToMillis, millis, micros, millisToMicros, type Millis } from '../base/units.ts';
import type { ParseProfile } from './threadRecorder.ts';

/** How the own process is recorded. */
export interface SelfOptions {
  readonly parseProfile: ParseProfile;
  /** Sampling interval. Default 1 ms: such recordings are short. */
  readonly intervalMs?: Millis;
  /** How long to record, unless `signal` ends it before. */
  readonly durationMs: Millis;
  /** Ends the recording; what was recorded up to then is returned. */
  readonly signal?: AbortSignal;
}

/**
 * Records the thread that calls it, without a port and without another process: how the extension host profiles itself.
 * Nobody else can be recorded so, and there are no marks. Waits for `durationMs` or `signal`; the profiler is off again
 * when it settles. Error: 'cannot-attach' when the own inspector refuses, for example under another profiler.
 */
export async function recordSelf(options: SelfOptions): Promise<Result<Recording, OffloopError>> {
  const intervalMs = options.intervalMs ?? millis(1);
  // 'raw': the profile is returned, nothing is written or sent anywhere.
  const inspector = new Inspector({ storage: { type: 'raw' } });
  const startedAt = new Date().toISOString();
  try {
    await inspector.profiler.enable();
    await setSamplingInterval(inspector, intervalMs);
    await inspector.profiler.start();
    await untilOver(options);
    const profile = options.parseProfile(await inspector.profiler.stop());
    if (profile.ok) return ok(recordingOf(profile.value, startedAt, intervalMs));
    const reason = profile.error.reason;
    return err(new OffloopError('cannot-attach', `The own profile cannot be read: ${reason}.`));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `This process cannot be recorded (${reason}). Stop other profilers in it and try again.`;
    return err(new OffloopError('cannot-attach', message, { cause: error }));
  } finally {
    await inspector.destroy();
  }
}

function recordingOf(profile: CpuProfile, startedAt: string, intervalMs: Millis): Recording {
  const { pid, version, title } = process;
  return {
    target: { pid, node: version, title, url: null, debuggerAttached: null },
    startedAt,
    durationMs: microsToMillis(micros(profile.endTime - profile.startTime)),
    intervalMs,
    unobservedMs: null,
    markKinds: [],
    threads: [{ id: 'main', pid, windows: [profile], marks: [], scripts: [] }],
    loop: null,
  };
}

/** The library has no option for the interval; its session takes the command. */
function setSamplingInterval(inspector: Inspector, intervalMs: Millis): Promise<void> {
  return new Promise((resolve, reject) => {
    const interval = millisToMicros(intervalMs);
    inspector.getCurrentSession().post('Profiler.setSamplingInterval', { interval }, (error) => {
      if (error === null) resolve();
      else reject(error);
    });
  });
}

async function untilOver({ durationMs, signal }: SelfOptions): Promise<void> {
  await delay(durationMs, undefined, signal === undefined ? {} : { signal }).catch((error: unknown) => {
    if (signal?.aborted !== true) throw error;
  });
}
