import { deserialize } from 'node:v8';
import { TaskCancelledError } from '@offloop/executor';
import { BuildMismatchError, TaskLostError, WorkersLostError } from '../errors.ts';
import { fieldOf, type StreamEntry } from '../redis/streamReader.ts';
import { failure } from '../wire/failures.ts';
import type { JobResult, Parked } from '../wire/jobData.ts';
import type { Outstanding } from './outstanding.ts';
import type { Submission } from './submission.ts';

/** What hearing of ended tasks needs. */
export interface ListenerSetup {
  readonly outstanding: Outstanding;
  readonly onBuildMismatch: 'wait' | 'reject';
  /** Ends a task and takes it out of Redis. */
  readonly drop: (submission: Submission, error: Error) => void;
  /** Sends a task again. */
  readonly resend: (submission: Submission) => void;
  /** Stored outcomes of tasks, null where there is none. */
  readonly fetch: (ids: readonly string[]) => Promise<(Buffer | null)[]>;
}

/** Hears what becomes of tasks, from BullMQ's stream of events: of all callers' tasks, so what is not ours is passed over. */
export class Listener {
  readonly #warned = new Set<string>();

  constructor(private readonly setup: ListenerSetup) {}

  /** Takes in events. */
  hear(entries: readonly StreamEntry[]): void {
    const large: string[] = [];
    const failed: [string, string][] = [];
    for (const entry of entries) {
      const id = fieldOf(entry, 'jobId');
      if (id === undefined || this.setup.outstanding.of(id).length === 0) continue;
      const event = fieldOf(entry, 'event');
      if (event === 'progress') this.#progress(id, fieldOf(entry, 'data'));
      else if (event === 'active') this.setup.outstanding.start(id);
      else if (event === 'completed') this.#completed(id, fieldOf(entry, 'returnvalue'), large);
      else if (event === 'failed') failed.push([id, fieldOf(entry, 'failedReason') ?? '']);
      else if (event === 'removed') this.#removed(id);
    }
    if (large.length > 0) void this.#fetchValues(large);
    if (failed.length > 0) void this.#fetchErrors(failed);
  }

  #completed(id: string, text: string | undefined, large: string[]): void {
    const result = parseResult(text);
    if (typeof result !== 'string') this.#parked(id, result.parked);
    else if (result === '') large.push(id);
    else this.setup.outstanding.settle(id, result);
  }

  async #fetchValues(ids: readonly string[]): Promise<void> {
    const stored = await this.setup.fetch(ids).catch(() => []);
    for (const [index, id] of ids.entries()) {
      const bytes = stored[index];
      // What could not be fetched now is found when tasks are looked for.
      if (bytes) this.setup.outstanding.settle(id, bytes);
    }
  }

  async #fetchErrors(failed: readonly (readonly [string, string])[]): Promise<void> {
    const stored = await this.setup.fetch(failed.map(([id]) => id)).catch(() => undefined);
    for (const [index, [id, reason]] of failed.entries()) {
      const bytes = stored?.[index];
      if (bytes && !isSaidByReason(reason)) this.setup.outstanding.settle(id, bytes);
      else if (reason === failure.cancelled)
        this.#failUnlessShared(id, (submission) => errorOf(reason, submission));
      else this.setup.outstanding.fail(id, (submission) => errorOf(reason, submission));
    }
  }

  #progress(id: string, text: string | undefined): void {
    const data = JSON.parse(text ?? 'null') as { readonly offloop?: unknown } | null;
    if (typeof data?.offloop !== 'string') return;
    for (const { task } of this.setup.outstanding.of(id))
      task.report(deserialize(Buffer.from(data.offloop, 'base64')));
  }

  #removed(id: string): void {
    this.#failUnlessShared(
      id,
      ({ resolved }) =>
        new TaskLostError(`Somebody removed ${resolved.name} from the queue before it had ended`),
    );
  }

  // Another caller of a shared task took it away while this one joined: it is wanted all the same.
  #failUnlessShared(id: string, make: (submission: Submission) => Error): void {
    for (const submission of [...this.setup.outstanding.of(id)]) {
      if (submission.payload === undefined)
        this.setup.outstanding.end(submission, { error: make(submission) });
      else if (submission.isQueued) this.setup.resend(submission);
    }
  }

  #parked(id: string, parked: Parked): void {
    for (const submission of [...this.setup.outstanding.of(id)]) {
      const { resolved } = submission;
      const text = mismatchText(resolved.name, parked);
      if (this.setup.onBuildMismatch === 'reject') this.setup.drop(submission, new BuildMismatchError(text));
      else if (!this.#warned.has(text)) {
        this.#warned.add(text);
        process.emitWarning(text, { type: 'ExecutorWarning', code: 'OFFLOOP_QUEUE_BUILD_MISMATCH' });
      }
    }
  }
}

/** What a worker with another build says, and what helps. */
export function mismatchText(name: string, { by, wanted, has }: Parked): string {
  const own = has.length === 0 ? 'has no such task file' : `has build ${has.join(', ')} of it`;
  return (
    `${name} waits for a worker with build ${wanted}: worker ${by} ${own}. ` +
    'Deploy the same task files to both sides, or give both the same build name'
  );
}

function isSaidByReason(reason: string): boolean {
  return reason === failure.cancelled || reason === failure.callerLost || reason.startsWith('job stalled');
}

function errorOf(reason: string, { resolved }: Submission): Error {
  if (reason === failure.cancelled) return new TaskCancelledError();
  if (reason === failure.callerLost)
    return new TaskLostError(
      `${resolved.name} was dropped: its caller had been silent for longer than callerTtl`,
    );
  if (reason.startsWith('job stalled')) return new WorkersLostError(resolved.name);
  return new TaskLostError(`${resolved.name} failed, and its error is no longer stored: ${reason}`);
}

function parseResult(text: string | undefined): JobResult {
  const result = JSON.parse(text ?? '""') as JobResult | null;
  return result ?? '';
}
