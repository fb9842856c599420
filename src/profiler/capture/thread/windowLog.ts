import { parseCpuProfile } from '../../../recording/parseCpuProfile.ts';
import type { CpuProfile } from '../../../recording/recording.ts';
import type { ThreadClock } from './threadClock.ts';
import { untilExit } from './untilExit.ts';
import { WindowStore } from './windowStore.ts';
import { withoutOwnFrames, withoutPauses } from './withoutOwnFrames.ts';

/** A window, and its longest stretch without an (idle) sample, in us. */
export interface NewWindow {
  readonly profile: CpuProfile;
  readonly busyUs: number;
}

/** Makes windows of the profiles of one thread: without what we did in it ourselves, and up to the end of its program. */
export class WindowLog {
  readonly store: WindowStore;
  readonly #clock: ThreadClock;
  /** When we held the thread up ourselves, us of its clock. There are few: see learnNatives. */
  readonly #pauses: (readonly [number, number])[] = [];
  #isOver = false;
  #newest: NewWindow | undefined;
  /** When the running window started, by our own clock. */
  #fromMs = performance.now();

  /** A window whose longest busy stretch is shorter than `quietBelowUs` cannot hold a block. */
  constructor(clock: ThreadClock, quietBelowUs: number) {
    this.#clock = clock;
    this.store = new WindowStore(quietBelowUs);
  }

  /** The window that arrived last, since `forgetNewest`. */
  get newest(): NewWindow | undefined {
    return this.#newest;
  }

  forgetNewest(): void {
    this.#newest = undefined;
  }

  /** Takes a profile as it came; one that is none, or that holds nothing of the program, is dropped. */
  add(value: unknown): void {
    const parsed = parseCpuProfile(value);
    if (!parsed.ok) return;
    const ran = untilExit(withoutOwnFrames(parsed.value), this.#isOver);
    if (ran.samples.length === 0 && parsed.value.samples.length > 0) return;
    const profile = withoutPauses(ran, this.#pauses);
    this.#newest = { profile, busyUs: this.store.add(profile) };
    this.#fromMs = performance.now();
    this.#clock.noteProfile(parsed.value.startTime);
  }

  addPause(pause: readonly [number, number]): void {
    this.#pauses.push(pause);
  }

  /** The program is over: what comes now ends with it. */
  noteOver(): void {
    this.#isOver = true;
  }

  /** The thread is gone, and the running window with it. Says how long that was, in ms. */
  noteLost(): number {
    const lostMs = performance.now() - this.#fromMs;
    this.store.lose(lostMs * 1000);
    return lostMs;
  }
}
