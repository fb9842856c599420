import { setInterval } from 'node:timers';

// Long enough never to fire in practice.
const aLongTime = 2_147_483_647;

/**
 * Holds the process while there is work. Workers themselves never do, so an idle pool lets the program end.
 */
export class KeepAlive {
  #count = 0;
  #timer: NodeJS.Timeout | undefined;

  /** One more reason to stay. */
  hold(): void {
    if (this.#count++ > 0) return;
    if (this.#timer === undefined) this.#timer = setInterval(() => undefined, aLongTime);
    else this.#timer.ref();
  }

  /** One reason less. */
  release(): void {
    if (--this.#count === 0) this.#timer?.unref();
  }

  /** No reason will come any more. */
  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#count = 0;
  }
}
