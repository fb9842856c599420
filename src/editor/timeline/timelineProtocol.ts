import type { Cause } from '../../report/cause.ts';

/** A block as the timeline draws it. Times in ms since the beginning of its run. */
export interface TimelineBlock {
  readonly startMs: number;
  readonly durationMs: number;
  /** Index into the run's threads. */
  readonly thread: number;
  /** The cause of the largest part. */
  readonly cause: Cause;
  /** What blocked, as people say it: `POST /login · pbkdf2Sync`. */
  readonly label: string;
  /** Ids of the findings that share it, largest first. */
  readonly findings: readonly string[];
}

/** One run of the program: from its start, or our attaching, to its end. */
export interface TimelineRun {
  readonly key: string;
  readonly title: string;
  readonly durationMs: number;
  readonly thresholdMs: number;
  readonly threads: readonly string[];
  readonly blocks: readonly TimelineBlock[];
  readonly stalls: readonly { readonly startMs: number; readonly durationMs: number }[];
  /** The largest loop delay of about a second before each time. */
  readonly delays: readonly { readonly atMs: number; readonly delayMs: number }[];
}

/** Everything the timeline draws of a session; names come from the target and are plain text. */
export interface TimelineData {
  readonly title: string;
  readonly state: string;
  readonly runs: readonly TimelineRun[];
}

/** One frame of a block's stack. */
export interface TimelineFrame {
  readonly name: string;
  readonly place: string;
  readonly kind: 'node' | 'native' | 'dependency' | 'user';
  /** Whether its source can be opened here. */
  readonly opens: boolean;
}

/** What is shown of a block that was chosen: its parts, each with its stack from the root to the leaf. */
export interface TimelineDetail {
  readonly run: string;
  readonly startMs: number;
  readonly thread: number;
  readonly parts: readonly {
    readonly cause: Cause;
    readonly causeText: string;
    readonly label: string;
    readonly ms: number;
    readonly frames: readonly TimelineFrame[];
  }[];
}

/** A block by its place in time. */
export interface BlockKey {
  readonly run: string;
  readonly startMs: number;
  readonly thread: number;
}

/** What the extension tells the timeline. */
export type ToTimeline =
  | { readonly kind: 'data'; readonly data: TimelineData }
  | { readonly kind: 'detail'; readonly detail: TimelineDetail }
  /** Choose the longest block of a finding. */
  | { readonly kind: 'choose'; readonly finding: string };

/** What the timeline asks of the extension. */
export type FromTimeline =
  | { readonly kind: 'ready' }
  | { readonly kind: 'detail'; readonly block: BlockKey }
  | {
      readonly kind: 'open';
      readonly block: BlockKey;
      readonly part: number;
      /** Index into the part's frames; -1 opens the call that the finding names. */
      readonly frame: number;
    };
