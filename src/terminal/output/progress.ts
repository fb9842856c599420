import type { ProfilingSession } from '../../profiler/capture/profilingSession.ts';
import { progressLine } from '../progressLine.ts';
import type { RecordOptions } from '../options/recordOptions.ts';
import { terminalStyle } from './terminalStyle.ts';

const everyMs = 500;

/** What is being recorded, in one line. */
function opening(session: ProfilingSession, options: RecordOptions): string {
  const { title, pid, node } = session.target;
  const until = options.duration === undefined ? 'Ctrl+C to stop' : `${String(options.duration / 1000)} s`;
  const name = [title, node, pid === null ? null : `pid ${String(pid)}`]
    .filter((part) => part !== null)
    .join(', ');
  return `Recording ${session.address} (${name}): ${until}`;
}

/** Says on standard error that the profiler's start is about to be felt. Nothing of it is in the report. */
export function announcePause(expectedMs: number, { quiet }: RecordOptions): void {
  if (!quiet)
    process.stderr.write(
      `Starting the profiler pauses the process once, for about ${String(expectedMs)} ms, because its heap is large.\n`,
    );
}

/** Shows on standard error that a recording runs: a live line for a person, one line for a log. */
export function startProgress(session: ProfilingSession, options: RecordOptions): { stop(): void } {
  const { stderr } = process;
  if (options.quiet) return { stop: () => undefined };
  stderr.write(`${opening(session, options).replace(/\p{Cc}/gu, '?')}\n`);
  if (!stderr.isTTY) return { stop: () => undefined };
  const started = performance.now();
  const style = terminalStyle(stderr);
  const timer = setInterval(() => {
    const elapsedMs = performance.now() - started;
    const line = progressLine({ elapsedMs, durationMs: options.duration ?? null }, style);
    stderr.write(`\r\u001b[2K${line}`);
  }, everyMs);
  return {
    stop() {
      clearInterval(timer);
      stderr.write('\r\u001b[2K');
    },
  };
}
