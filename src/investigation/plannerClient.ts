import type { ChildProcess } from 'node:child_process';
import { OffloopError } from '../base/offloopError.ts';
import type { PlannerCall, PlannerReply, PlannerRequestName, PlannerRequests } from './plannerProtocol.ts';
import { forkHelper } from './recorderClient.ts';

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: OffloopError) => void;
}

/**
 * The planner process: everything that needs a syntax tree runs there, not on this process's loop. It is started by the
 * first request and again after a crash.
 */
export class PlannerClient implements Disposable {
  readonly #modulePath: string;
  readonly #onLog: (text: string) => void;
  readonly #waiting = new Map<number, Waiting>();
  #child: ChildProcess | null = null;
  #lastId = 0;

  /** `modulePath`: absolute path of the built `oracleMain.js`. */
  constructor(modulePath: string, onLog: (text: string) => void) {
    this.#modulePath = modulePath;
    this.#onLog = onLog;
  }

  /** Asks and waits for the answer; rejects with an OffloopError. */
  ask<Name extends PlannerRequestName>(
    name: Name,
    request: PlannerRequests[Name]['request'],
  ): Promise<PlannerRequests[Name]['answer']> {
    const child = this.#running();
    this.#lastId += 1;
    const call: PlannerCall = { id: this.#lastId, name, request };
    return new Promise<unknown>((resolve, reject) => {
      this.#waiting.set(call.id, { resolve, reject });
      child.send(call, (error) => {
        if (error !== null) this.#lose(error.message);
      });
    }) as Promise<PlannerRequests[Name]['answer']>;
  }

  [Symbol.dispose](): void {
    if (this.#child?.connected === true) this.#child.disconnect();
    this.#lose('it was stopped');
  }

  #running(): ChildProcess {
    if (this.#child?.connected === true) return this.#child;
    const child = forkHelper(this.#modulePath);
    child.stderr?.on('data', (chunk: Buffer) => {
      this.#onLog(chunk.toString('utf8'));
    });
    child.on('message', (message) => {
      this.#settle(message as PlannerReply);
    });
    child.on('error', (error) => {
      this.#lose(error.message);
    });
    child.on('exit', (code, signal) => {
      if (this.#child === child) this.#lose(`it ended with ${signal ?? String(code)}`);
    });
    this.#child = child;
    return child;
  }

  #settle(reply: PlannerReply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if (reply.ok) waiting?.resolve(reply.value);
    else waiting?.reject(new OffloopError(reply.code, reply.message));
  }

  #lose(why: string): void {
    this.#child = null;
    const lost = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of lost)
      reject(new OffloopError('start-failed', `The planner process is gone: ${why}.`));
  }
}
