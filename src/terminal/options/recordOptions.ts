import type { Command } from 'commander';
import type { Millis } from '../../base/units.ts';
import { parseDuration, parseInterval, parseMode } from './parseValues.ts';
import { withReportOptions, type ReportOptions } from './reportOptions.ts';

/** How a live target is recorded. */
export interface RecordOptions extends ReportOptions {
  readonly duration?: Millis;
  readonly mode: 'watch' | 'deep';
  readonly interval?: Millis;
  readonly exactBoundaries: boolean;
  /** False with --no-inject. */
  readonly inject: boolean;
  /** False with --no-workers. */
  readonly workers: boolean;
}

/** Adds the options of `RecordOptions` to a command. */
export function withRecordOptions(command: Command): Command {
  return withReportOptions(
    command
      .option('--duration <time>', 'stop after this time (default: until Ctrl+C)', parseDuration)
      .option('--mode <mode>', 'watch (5 ms, for hours) or deep (1 ms, for seconds)', parseMode, 'watch')
      .option('--interval <time>', 'sampling interval (default: 5ms, deep 1ms)', parseInterval)
      .option('--exact-boundaries', 'measure every callback on Node 18 to 22, too', false)
      .option('--no-inject', 'add no probe to the process: fewer stacks, and blocks from trace events')
      .option('--workers', 'also record worker threads and child processes', true)
      .option('--no-workers', 'record the main thread only'),
  );
}
