/** Looks into a thread again and again, while it runs. */
export class Peeker {
  readonly #peek: () => Promise<boolean>;
  readonly #againMs: number;
  #timer: NodeJS.Timeout | undefined;

  /**
   * `peek` says whether it found something long; in the middle of that it is asked again after `againMs`: then asking costs
   * nobody anything.
   */
  constructor(peek: () => Promise<boolean>, againMs: number) {
    this.#peek = peek;
    this.#againMs = againMs;
  }

  start(everyMs: number): void {
    const schedule = (afterMs: number): void => {
      this.#timer = setTimeout(() => {
        void this.#peek().then((found) => {
          if (this.#timer !== undefined) schedule(found ? this.#againMs : everyMs);
        });
      }, afterMs);
    };
    schedule(everyMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
