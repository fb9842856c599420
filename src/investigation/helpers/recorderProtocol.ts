import type { PathMapping } from '../../analysis/source/scriptPath.ts';
import type { Report } from '../../report/report.ts';
import type { OffloopErrorCode } from '../../base/offloopError.ts';
import type { TargetInfo } from '../../profiler/targets/targetInfo.ts';

/** How a session records and reads what it recorded. Times in ms. */
export interface RecorderSettings {
  readonly mode: 'watch' | 'deep';
  readonly exactBoundaries: boolean;
  readonly thresholdMs: number;
  /** How long a program that ended may take to start again; as long as a watcher runs that restarts it, it may take longer. */
  readonly giveUpAfterMs: number;
  /** Absolute folder that file paths of reports are relative to. */
  readonly root: string;
  readonly mappings: readonly PathMapping[];
}

/** What the recorder process is told. */
export type RecorderCommand =
  | { readonly kind: 'attach'; readonly target: RecorderTarget; readonly settings: RecorderSettings }
  | { readonly kind: 'stop' }
  /** The last event has arrived: the recorder may end. */
  | { readonly kind: 'over' };

/**
 * What to record: an inspector's address, the proxy of a debugger that has the inspector to itself, or a process whose
 * inspector is opened first (the user agreed).
 */
export type RecorderTarget =
  /** `familyOf`: the process whose other programs are recorded with it. */
  | { readonly kind: 'address' | 'debugger'; readonly address: string; readonly familyOf?: number }
  /** `toldRisk`: the user was told what the signal may set off (see `signalRisk`), and agreed. */
  | { readonly kind: 'pid'; readonly pid: number; readonly toldRisk?: boolean };

/** Live figures of a running session, about once a second. */
export interface RecorderStatus {
  readonly elapsedMs: number;
  /** Largest loop delay since the previous status; null without the probe. */
  readonly recentDelayMs: number | null;
  readonly blocks: number;
}

/** What the recorder process tells. `report` covers the program's whole session so far, restarts included. */
export type RecorderEvent =
  /** The start of the profiler is about to hold the program for this long. */
  | { readonly kind: 'pause'; readonly expectedMs: number }
  | {
      readonly kind: 'attached';
      readonly target: TargetInfo;
      readonly address: string;
      readonly restarts: number;
    }
  | { readonly kind: 'failed'; readonly code: OffloopErrorCode; readonly message: string }
  | { readonly kind: 'status'; readonly status: RecorderStatus }
  | { readonly kind: 'report'; readonly report: Report; readonly run: number }
  | { readonly kind: 'waiting'; readonly reason: string | null }
  | { readonly kind: 'ended'; readonly report: Report; readonly run: number; readonly reason: string | null };
