import type { CpuProfile } from '../../../recording/recording.ts';
import type { Micros } from '../../../base/units.ts';

/** Rough heap cost of a call tree node and of a sample, in bytes. */
const nodeBytes = 300;
const sampleBytes = 16;

/** Default bound on the profiles one thread's recording keeps, in bytes. */
export const defaultKeptBytes = 96 * 1024 * 1024;

interface Kept {
  readonly profile: CpuProfile;
  readonly bytes: number;
  readonly quiet: boolean;
}

/** Keeps the windows of one thread within a bound: quiet windows are dropped first, then the oldest. */
export class WindowStore {
  readonly #quietBelowUs: number;
  readonly #maxBytes: number;
  #kept: Kept[] = [];
  #bytes = 0;
  #droppedUs = 0;
  #holesUs = 0;
  #lastEnd: Micros | undefined;
  #observedUs = 0;
  #busyUs = 0;

  /** A window whose longest busy stretch is shorter than `quietBelowUs` cannot hold a block and goes first. */
  constructor(quietBelowUs: number, maxBytes: number = defaultKeptBytes) {
    this.#quietBelowUs = quietBelowUs;
    this.#maxBytes = maxBytes;
  }

  get profiles(): readonly CpuProfile[] {
    return this.#kept.map((kept) => kept.profile);
  }

  /** Time that no profile covers, in us: between windows, and after the last one of a thread that was ended. */
  get holesUs(): number {
    return this.#holesUs;
  }

  /** Time whose windows were recorded but not kept, in us. */
  get droppedUs(): number {
    return this.#droppedUs;
  }

  /**
   * Share of the time of all windows, kept or not, in which the thread was not idle, 0 to 1; null before the first. By
   * samples: the signals that take them interrupt the loop's waiting, which Node's own figure then counts as work.
   */
  get utilization(): number | null {
    return this.#observedUs === 0 ? null : this.#busyUs / this.#observedUs;
  }

  /** Notes time that no window will cover, because its worker thread ended. µs. */
  lose(us: number): void {
    this.#holesUs += us;
  }

  /** Keeps a window; answers with its longest stretch without an (idle) sample, in us. */
  add(profile: CpuProfile): number {
    if (this.#lastEnd !== undefined) this.#holesUs += Math.max(0, profile.startTime - this.#lastEnd);
    this.#lastEnd = profile.endTime;
    const bytes = profile.nodes.length * nodeBytes + profile.samples.length * sampleBytes;
    const busy = busyTimes(profile);
    this.#observedUs += busy.observedUs;
    this.#busyUs += busy.totalUs;
    this.#kept.push({ profile, bytes, quiet: busy.longestUs < this.#quietBelowUs });
    this.#bytes += bytes;
    while (this.#bytes > this.#maxBytes && this.#kept.length > 1) this.#dropOne();
    return busy.longestUs;
  }

  /** The profiles whose end lies at or after a time of the target's clock. */
  since(at: Micros): readonly CpuProfile[] {
    return this.#kept.filter((kept) => kept.profile.endTime >= at).map((kept) => kept.profile);
  }

  #dropOne(): void {
    // Never the newest: its block may go on in the next window.
    const quiet = this.#kept.findIndex((kept, index) => kept.quiet && index < this.#kept.length - 1);
    const [gone] = this.#kept.splice(Math.max(0, quiet), 1);
    if (gone === undefined) return;
    this.#bytes -= gone.bytes;
    this.#droppedUs += gone.profile.endTime - gone.profile.startTime;
  }
}

interface BusyTimes {
  readonly observedUs: number;
  /** Without (idle) samples. */
  readonly totalUs: number;
  /** The longest stretch of them. */
  readonly longestUs: number;
}

function busyTimes(profile: CpuProfile): BusyTimes {
  const idle = new Set(
    profile.nodes.filter((node) => node.callFrame.functionName === '(idle)').map((node) => node.id),
  );
  let [observedUs, totalUs, longestUs, stretch] = [0, 0, 0, 0];
  profile.samples.forEach((id, index) => {
    // The sample after a long gap shows what filled it.
    const span = Math.max(0, profile.timeDeltas[index] ?? 0);
    observedUs += span;
    if (idle.has(id)) stretch = 0;
    else {
      totalUs += span;
      stretch += span;
      longestUs = Math.max(longestUs, stretch);
    }
  });
  return { observedUs, totalUs, longestUs };
}
