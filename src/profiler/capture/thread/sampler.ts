import type { Result } from '../../../base/result.ts';
import { rotation } from '../../../injected/rotation.ts';
import type { CdpChannel } from '../../protocol/cdpConnection.ts';
import type { EvaluationFailure } from '../../protocol/evaluate.ts';
import { member } from '../../protocol/readValue.ts';
import type { OwnCode } from './ownCode.ts';
import type { ThreadOptions } from './threadOptions.ts';
import type { ThreadProbe } from './threadProbe.ts';

/** What arrives from a sampler by itself. All of it is untrusted. */
export interface SamplerEvents {
  /** A profile has ended. */
  readonly profile: (profile: unknown) => void;
  /** The last words of a probe whose program exits: see onExit in probe.ts. */
  readonly farewell: (drained: string) => void;
}

/**
 * V8's sampling profiler in one thread: console profiles, each of which is begun before the one before it ends. Their titles
 * begin with a key, as others in the thread may use the profiler too.
 */
export class Sampler {
  readonly #channel: CdpChannel;
  readonly #code: OwnCode;
  readonly #key: string;
  readonly #events: SamplerEvents;
  readonly #stopListening: (() => void)[] = [];
  #count = 0;
  #title = '';

  constructor(channel: CdpChannel, code: OwnCode, key: string, events: SamplerEvents) {
    this.#channel = channel;
    this.#code = code;
    this.#key = key;
    this.#events = events;
  }

  /** The title of the running profile. */
  get title(): string {
    return this.#title;
  }

  /** Begins the first profile. Brings the thread's clock before and after that, and its wall clock before. */
  async start(
    options: Pick<ThreadOptions, 'intervalUs' | 'preciseStacks'>,
  ): Promise<Result<unknown, EvaluationFailure>> {
    const enabled = await this.#channel.send('Profiler.enable');
    if (!enabled.ok) return enabled;
    const interval = await this.#channel.send('Profiler.setSamplingInterval', {
      interval: options.intervalUs,
    });
    if (!interval.ok) return interval;
    if (options.preciseStacks) await this.#deoptimise();
    this.#listen();
    const title = JSON.stringify(this.#nextTitle());
    return this.#code.run(`(() => {
      const rotate = ${this.#rotation}, wall = Date.now();
      return rotate(${title}).concat(wall);
    })()`);
  }

  /** Begins the next profile and ends the running one. */
  rotate(): Promise<Result<unknown, EvaluationFailure>> {
    const previous = this.#title;
    const titles = [this.#nextTitle(), previous].map((title) => JSON.stringify(title));
    return this.#code.run(`${this.#rotation}(${titles.join(', ')})`);
  }

  /** The same by the probe, whose answer it brings. Where that throws, the probe has left and the running profile runs on. */
  async rotateBy(probe: ThreadProbe): Promise<Result<unknown, EvaluationFailure>> {
    const previous = this.#title;
    const rotated = await probe.rotate(this.#nextTitle());
    if (!rotated.ok && rotated.error.kind === 'threw') this.#title = previous;
    return rotated;
  }

  /** Ends the running profile. */
  async end(timeoutMs: number): Promise<void> {
    await this.#code.run(`${this.#rotation}(undefined, ${JSON.stringify(this.#title)})`, timeoutMs);
  }

  /** Leaves the profiler as it was found. */
  async release(timeoutMs: number): Promise<void> {
    await this.#channel.send('Profiler.disable', {}, timeoutMs);
    for (const stop of this.#stopListening.splice(0)) stop();
  }

  get #rotation(): string {
    return `(${rotation.toString()})(${this.#code.need})`;
  }

  #nextTitle(): string {
    this.#title = `${this.#key} ${String(++this.#count)}`;
    return this.#title;
  }

  /** Asking for coverage throws optimised code away; it is compiled again with what samples need. */
  async #deoptimise(): Promise<void> {
    await this.#channel.send('Profiler.startPreciseCoverage', { callCount: false, detailed: false });
    await this.#channel.send('Profiler.stopPreciseCoverage');
  }

  #listen(): void {
    const own = `${this.#key} `;
    const listen = (event: string, use: (title: string, params: unknown) => void): void => {
      this.#stopListening.push(
        this.#channel.on(event, (params) => {
          const title = member(params, 'title');
          if (typeof title === 'string' && title.startsWith(own)) use(title.slice(own.length), params);
        }),
      );
    };
    listen('Profiler.consoleProfileFinished', (_title, params) => {
      this.#events.profile(member(params, 'profile'));
    });
    listen('Profiler.consoleProfileStarted', (title) => {
      if (title.startsWith('{')) this.#events.farewell(title);
    });
  }
}
