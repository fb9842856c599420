/** What the session tells its probe when it installs it. Plain data: it travels as JSON. */
export interface ProbeOptions {
  /** Name of the probe, by which the session calls it; unique per session. */
  readonly key: string;
  /** Title of the console profile that is already running. */
  readonly title: string;
  /** Watch async scopes always; else only while the loop stalls. */
  readonly scopes: boolean;
  /** In microseconds: both ends of longer intervals are kept; of what lies closer together, one mark in so much time. */
  readonly keepUs: number;
  /** A turn of the loop that is late by so much is worth watching scopes for, in microseconds. */
  readonly lateUs: number;
  readonly fullUrls: boolean;
  /** Seconds without a drain after which the probe removes itself. */
  readonly leaseSeconds: number;
  /** Whether the inspector was opened by us and is to be closed when the lease ends and nobody else uses it. */
  readonly closeInspector: boolean;
}

/** What `rotate` and `end` return as JSON text. Times in microseconds of `process.hrtime`. */
export interface ProbeDrain {
  /** Flat [kind, at, …]: 0 beat [0, at], 1 request [1, at, method, url], 2 entry [2, at], 3 steps [3, at, end]. */
  readonly marks: readonly (number | string)[];
  readonly turns: number;
  /** Requests since installation. */
  readonly requests: number;
  /**
   * Requests since the previous drain by `METHOD path`, a path without query and with `:id` for numbers. Of at most 200
   * routes: others count in `requests` alone.
   */
  readonly routes: readonly (readonly [string, number])[];
  /** Marks that did not fit. */
  readonly lost: number;
  /** Loop delay since installation, ms: median, 99th percentile, maximum. */
  readonly delay: readonly number[];
  /** Largest loop delay since the previous drain, ms. */
  readonly recentDelay: number;
}

/**
 * Enables an async hook on Node before 24; answers with a function that says whether so many calls between two drains are
 * worth their cost.
 */
export type EnableQuietly = (hook: any) => (calls: number, isLate: boolean) => boolean;
