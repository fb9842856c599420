import { millis, type Millis } from '../../base/units.ts';

/** How long a recording lasts: a duration that counts from its first session on, or no limit. */
export class TimeLimit implements Disposable {
  readonly #duration: Millis | undefined;
  readonly #over = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #began = 0;

  constructor(duration: Millis | undefined) {
    this.#duration = duration;
  }

  /** Aborts when the duration is over. */
  get signal(): AbortSignal {
    return this.#over.signal;
  }

  /** What is left of it; undefined without a limit. */
  get left(): Millis | undefined {
    if (this.#duration === undefined) return undefined;
    return millis(Math.max(Math.round(this.#duration - (performance.now() - this.#began)), 0));
  }

  /** Begins to count; later calls change nothing. */
  begin(): void {
    if (this.#duration === undefined || this.#timer !== undefined) return;
    this.#began = performance.now();
    this.#timer = setTimeout(() => {
      this.#over.abort();
    }, this.#duration);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}
