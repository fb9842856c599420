import { setTimeout as sleep } from 'node:timers/promises';
import { buildKey } from '../wire/build.ts';
import type { Identities, TaskIdentity } from './identity.ts';
import type { QueueLink } from './link.ts';
import type { ResolvedOptions } from './options.ts';
import { jobDataOf, jobOptionsOf, type Submission } from './submission.ts';
import { waiterOf } from './withdraw.ts';

// Interest in a shared task is forgotten after this time, should its caller never say that it lost it.
const waiterTtl = 86_400_000;
const retryMs = 50;

/** Sends tasks to Redis in the order of their submission. */
export class Sender {
  #isReady = false;
  #inLine = 0;
  #tail: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly link: QueueLink,
    private readonly identities: Identities,
    private readonly settings: ResolvedOptions,
    private readonly caller: string,
  ) {}

  /** Sends a task; resolves when Redis has it, or when it was cancelled before. */
  send(submission: Submission): Promise<void> {
    const known = this.identities.known(submission.resolved);
    if (known !== undefined && this.#isReady && this.#inLine === 0) return this.#add(submission, known);
    this.#inLine++;
    const turn = this.#tail.then(() => this.#prepare(submission));
    // What comes later stays behind, whatever becomes of this one.
    this.#tail = turn.catch(() => undefined);
    return turn.then((identity) => this.#add(submission, identity));
  }

  async #prepare({ resolved }: Submission): Promise<TaskIdentity> {
    try {
      await this.link.ready;
      this.#isReady = true;
      return this.identities.known(resolved) ?? (await this.identities.find(resolved));
    } finally {
      this.#inLine--;
    }
  }

  async #add(submission: Submission, identity: TaskIdentity): Promise<void> {
    const { task, resolved } = submission;
    submission.wanted = buildKey(identity.module, identity.build ?? '');
    const data = jobDataOf(submission, identity, this.caller, this.settings);
    const options = jobOptionsOf(submission);
    for (;;) {
      // Cancelled meanwhile: nobody wants it any more.
      if (task.state !== 'queued' && task.state !== 'running') return;
      try {
        this.#share(submission);
        await this.link.queue.add(resolved.name, data, options);
        break;
      } catch (error) {
        // Sending twice is harmless: the id is the same.
        if (this.link.isClosed || !isConnectionError(error)) throw error;
        await sleep(retryMs);
      }
    }
    submission.isQueued = true;
    // A shared task may have to be sent again, when another caller's farewell crosses its way.
    if (submission.options.key === undefined) submission.payload = undefined;
  }

  // Says that this caller, too, waits for the task, and that it is wanted whatever happened to one before.
  #share(submission: Submission): void {
    if (submission.options.key === undefined) return;
    const { keys, commands } = this.link;
    const key = keys.waiters(submission.id);
    const commandsSent = [
      commands.sadd(key, waiterOf(this.caller, submission)),
      commands.pexpire(key, waiterTtl),
      commands.del(keys.cancelled(submission.id)),
    ];
    // Without it a shared task may be cancelled for all: no reason to fail.
    Promise.all(commandsSent).catch(() => undefined);
  }
}

function isConnectionError(error: unknown): boolean {
  return /connection|ECONN|EPIPE|ETIMEDOUT|socket|LOADING/i.test(String(error));
}
