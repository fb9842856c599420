import type { Result } from '../../../base/result.ts';
import { learnNatives } from '../../../injected/learnNatives.ts';
import { probe } from '../../../injected/probe.ts';
import type { ProbeOptions } from '../../../injected/probeMessages.ts';
import { enableQuietly } from '../../../injected/quietHook.ts';
import { rotation } from '../../../injected/rotation.ts';
import type { LiveStack } from '../../../recording/recording.ts';
import type { EvaluationFailure } from '../../protocol/evaluate.ts';
import { parseLiveStack } from './markStore.ts';
import type { OwnCode } from './ownCode.ts';
import type { ThreadOptions } from './threadOptions.ts';

/** Seconds without news from us after which the probe removes itself. */
const leaseSeconds = 10;

/** What a look at a thread that may run for long brought. */
export interface Peeked {
  /** Of the callback that had been running for long; undefined when there was none. */
  readonly stack: LiveStack | undefined;
  /** From when to when the look itself held the thread up, us of `process.hrtime`; undefined when it did not. */
  readonly pause: readonly [number, number] | undefined;
}

/** The probe in one thread, as we speak with it. */
export class ThreadProbe {
  readonly #code: OwnCode;
  readonly #key: string;
  readonly #options: ThreadOptions;
  #runs = false;

  /** `key` names the probe in the thread: other sessions have theirs. */
  constructor(code: OwnCode, key: string, options: ThreadOptions) {
    this.#code = code;
    this.#key = key;
    this.#options = options;
  }

  get runs(): boolean {
    return this.#runs;
  }

  /** Installs it while the profile of that title runs; it can be missing afterwards, see `runs`. */
  async install(title: string): Promise<void> {
    const { grain, scopes, cheapScopes, fullUrls, closeInspector } = this.#options;
    const options: ProbeOptions = {
      key: this.#key,
      title,
      scopes,
      keepUs: grain.keepMarks,
      lateUs: grain.quiet,
      fullUrls,
      leaseSeconds,
      closeInspector,
    };
    const { need } = this.#code;
    const rotate = `(${rotation.toString()})(${need})`;
    const quietly = cheapScopes ? '' : `, ${enableQuietly.toString()}`;
    const installed = await this.#code.run(
      `(() => {
        const installed = (${probe.toString()})(${JSON.stringify(options)}, ${need}, ${rotate}${quietly});
        ${this.#handle}.learn = (${learnNatives.toString()})(${need});
        return installed;
      })()`,
    );
    this.#runs = installed.ok && installed.value === true;
  }

  /** Has it begin the next profile and end its own; brings what it collected since. Throws where it has left. */
  rotate(next: string): Promise<Result<unknown, EvaluationFailure>> {
    return this.#code.run(`${this.#handle}.rotate(${JSON.stringify(next)})`);
  }

  /** Has it end its profile and go; brings what it collected since. */
  end(timeoutMs: number): Promise<Result<unknown, EvaluationFailure>> {
    return this.#code.run(`${this.#handle}.end()`, timeoutMs);
  }

  /** It has gone. */
  noteGone(): void {
    this.#runs = false;
  }

  /** Has it look whether a callback has been running for long. */
  async peek(): Promise<Peeked> {
    const peek = `${this.#handle}.peek(${String(this.#options.grain.peekAfter)})`;
    // The probe leaves out one frame, that of the evaluation: a function around its call would be taken for the program's.
    const answer = await this.#code.run(
      `((found) => [found, ...${this.#handle}.learn(found !== '')])(${peek})`,
    );
    const [found, from, to] = answer.ok && Array.isArray(answer.value) ? (answer.value as unknown[]) : [];
    return {
      stack: parseLiveStack(found),
      pause: typeof from === 'number' && typeof to === 'number' ? [from, to] : undefined,
    };
  }

  get #handle(): string {
    return `globalThis[Symbol.for('offloop')][${JSON.stringify(this.#key)}]`;
  }
}
