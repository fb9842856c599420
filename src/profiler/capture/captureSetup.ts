import type { Millis } from '../../base/units.ts';
import type { CdpConnection } from '../protocol/cdpConnection.ts';
import type { TargetInfo } from '../targets/targetInfo.ts';
import type { RecordedWindow } from './capture.ts';
import type { ThreadOptions } from './thread/threadOptions.ts';
import type { ThreadRecorder } from './thread/threadRecorder.ts';

/** What attach found out and decided before a capture starts. */
export interface CaptureSetup {
  readonly connection: CdpConnection;
  readonly target: TargetInfo;
  readonly address: string;
  readonly intervalMs: Millis;
  readonly rotateEveryMs: number;
  readonly peekEveryMs: number;
  readonly workers: boolean;
  readonly ownsInspector: boolean;
  readonly thread: ThreadOptions;
  readonly main: ThreadRecorder;
  readonly onWindow: (window: RecordedWindow) => void;
}
