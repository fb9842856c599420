import type { Recording } from '../../recording/recording.ts';
import type { Micros } from '../../base/units.ts';
import type { TargetInfo } from '../targets/targetInfo.ts';
import type { LoopFigures } from './thread/markStore.ts';

/** How a capture ended. `died` is true when the target is gone, false when we or its inspector ended it. */
export interface CaptureEnd {
  readonly died: boolean;
  /** A sentence for the user; null when it was stopped by us. */
  readonly reason: string | null;
  /** The program had nothing left to do, or exited with code 0. Left out where it failed, was killed, or nobody can tell. */
  readonly isDone?: true;
}

/** What `stop` returns: everything recorded, and how the capture ended. */
export interface RecordingOutcome extends CaptureEnd {
  readonly recording: Recording;
}

/** Announced after each window, when its profile and marks can be read through `snapshot`. */
export interface RecordedWindow {
  readonly threadId: string;
  /** Loop figures of that thread; null without the probe. */
  readonly figures: LoopFigures | null;
}

/** One inspector conversation with one process: its main thread and its worker threads. */
export interface Capture extends AsyncDisposable {
  readonly target: TargetInfo;
  /** The inspector's address without its secret path. */
  readonly address: string;
  /** Settles once when the capture is over, for whatever reason; never rejects. */
  readonly closed: Promise<CaptureEnd>;
  /** What was recorded so far, or since a time of the target's clock (microseconds, as in profiles and marks). */
  snapshot(since?: Micros): Recording;
  /** Ends the running windows now instead of at the next rotation; settles when they are stored. */
  flush(): Promise<void>;
  /** Detaches and leaves the target as it was found. Safe to call again, and after the target's death. */
  stop(): Promise<RecordingOutcome>;
}
