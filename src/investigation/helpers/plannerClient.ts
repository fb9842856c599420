import { OffloopError } from '../../base/offloopError.ts';
import { startHelper, type HelperProcess } from '../helperProcess.ts';
import type { PlannerMessage, PlannerReply, PlannerRequestName, PlannerRequests } from './plannerProtocol.ts';

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: OffloopError) => void;
  /** Stops listening for the end of interest. */
  readonly settle: () => void;
}

/**
 * The planner process: everything that needs a syntax tree runs there, not on this process's loop. It is started by the
 * first request and again after a crash.
 */
export class PlannerClient implements Disposable {
  readonly #modulePath: string;
  readonly #onLog: (text: string) => void;
  readonly #waiting = new Map<number, Waiting>();
  #helper: HelperProcess | null = null;
  #lastId = 0;

  /** `modulePath`: absolute path of the built `offloop-planner.js`. */
  constructor(modulePath: string, onLog: (text: string) => void) {
    this.#modulePath = modulePath;
    this.#onLog = onLog;
  }

  /**
   * Asks and waits for the answer; rejects with an OffloopError. When `signal` aborts, it rejects at once with 'cancelled',
   * and the planner gives the work up.
   */
  ask<Name extends PlannerRequestName>(
    name: Name,
    request: PlannerRequests[Name]['request'],
    signal?: AbortSignal,
  ): Promise<PlannerRequests[Name]['answer']> {
    if (signal?.aborted === true) return Promise.reject(cancelled());
    const helper = this.#running();
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise<unknown>((resolve, reject) => {
      const onAbort = (): void => {
        this.#waiting.delete(id);
        helper.send({ kind: 'cancel', id } satisfies PlannerMessage);
        reject(cancelled());
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      const settle = (): void => {
        signal?.removeEventListener('abort', onAbort);
      };
      this.#waiting.set(id, { resolve, reject, settle });
      helper.send({ kind: 'call', call: { id, name, request } } satisfies PlannerMessage);
    }) as Promise<PlannerRequests[Name]['answer']>;
  }

  [Symbol.dispose](): void {
    this.#helper?.disconnect();
    // Nobody failed: the window closes, or the command has ended.
    this.#lose(cancelled);
  }

  #running(): HelperProcess {
    if (this.#helper?.connected === true) return this.#helper;
    const helper = startHelper(this.#modulePath, {
      onLog: this.#onLog,
      onMessage: (message) => {
        this.#settle(message as PlannerReply);
      },
      onGone: (why) => {
        if (this.#helper === helper)
          this.#lose(
            () => new OffloopError('start-failed', `The planner process is gone: it ended with ${why}.`),
          );
      },
    });
    this.#helper = helper;
    return helper;
  }

  #settle(reply: PlannerReply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    waiting?.settle();
    if (reply.ok) waiting?.resolve(reply.value);
    else waiting?.reject(new OffloopError(reply.code, reply.message));
  }

  #lose(reason: () => OffloopError): void {
    this.#helper = null;
    const lost = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject, settle } of lost) {
      settle();
      reject(reason());
    }
  }
}

const cancelled = (): OffloopError =>
  new OffloopError('cancelled', 'The request was cancelled: nothing was changed.');
