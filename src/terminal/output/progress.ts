import type { Capture } from '../../profiler/capture/capture.ts';
import { formatMs } from '../../wording/numbers/formatNumbers.ts';
import { progressLine } from '../progressLine.ts';
import type { Millis } from '../../base/units.ts';
import { terminalStyle } from './terminalStyle.ts';

const everyMs = 500;

/** The line that announces a recording. */
export interface ProgressOptions {
  readonly quiet: boolean;
  /** How long it lasts from now on; undefined until it is stopped. */
  readonly durationMs: Millis | undefined;
  /** Whether the program was recorded before it restarted. */
  readonly isRestarted: boolean;
}

/** What shows that a recording runs. */
export interface Progress {
  /** Takes the live line away. */
  readonly stop: () => void;
}

/** What is being recorded, in one line. */
function opening(session: Capture, { durationMs, isRestarted }: ProgressOptions): string {
  const { title, pid, node } = session.target;
  const until = durationMs === undefined ? 'Ctrl+C to stop' : formatMs(durationMs);
  const name = [title, node, pid === null ? null : `pid ${String(pid)}`]
    .filter((part) => part !== null)
    .join(', ');
  const what = `${session.address} (${name}): ${until}`;
  return isRestarted ? `The program restarted. Recording goes on at ${what}` : `Recording ${what}`;
}

/** Says on standard error that the profiler's start is about to be felt. Nothing of it is in the report. */
export function announcePause(expectedMs: number, { quiet }: Pick<ProgressOptions, 'quiet'>): void {
  if (!quiet)
    process.stderr.write(
      `Starting the profiler pauses the process once, for about ${formatMs(expectedMs)}, because its heap is large.\n`,
    );
}

/** Shows on standard error that a recording runs: a live line for a person, one line for a log. */
export function startProgress(session: Capture, options: ProgressOptions): Progress {
  const { stderr } = process;
  if (options.quiet) return { stop: () => undefined };
  stderr.write(`${opening(session, options).replace(/\p{Cc}/gu, '?')}\n`);
  if (!stderr.isTTY) return { stop: () => undefined };
  const started = performance.now();
  const style = terminalStyle(stderr);
  const timer = setInterval(() => {
    const elapsedMs = performance.now() - started;
    const line = progressLine({ elapsedMs, durationMs: options.durationMs ?? null }, style);
    stderr.write(`\r\u001b[2K${line}`);
  }, everyMs);
  return {
    stop: () => {
      clearInterval(timer);
      stderr.write('\r\u001b[2K');
    },
  };
}
