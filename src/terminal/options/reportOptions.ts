import { Option, type Command } from 'commander';
import type { PathMapping } from '../../analysis/source/scriptPath.ts';
import type { Millis } from '../../base/units.ts';
import { millis } from '../../base/units.ts';
import { usualThresholdMs } from '../../report/figures/usualThreshold.ts';
import type { OutputOptions } from '../output/outputs.ts';
import { parseDuration, parseMapping, parseRoot } from './parseValues.ts';

/** What commands that end in a report have in common. Paths are as typed. */
export interface ReportOptions extends OutputOptions {
  readonly threshold: Millis;
  readonly root: string;
  readonly map: readonly PathMapping[];
  readonly failOn?: Millis;
  /** Whether blocks of the start of the program count for `failOn`. */
  readonly startup: boolean;
  /** Whether blocks in which the process did not get the CPU count for `failOn`. */
  readonly starved: boolean;
  readonly fullUrls: boolean;
  readonly quiet: boolean;
}

/** Adds the options of `ReportOptions` to a command. */
export function withReportOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--threshold <time>', 'shortest block that counts')
        .argParser(parseDuration)
        .default(millis(usualThresholdMs), `${String(usualThresholdMs)}ms`),
    )
    .option('--root <dir>', 'project root that file paths are relative to', parseRoot, process.cwd())
    .option('--map <remote=local>', 'folder here for a path on the target; repeatable', parseMapping, [])
    .option('--json <file>', 'write the report as JSON; - for standard output')
    .option('--sarif <file>', 'write the findings as SARIF 2.1.0; - for standard output')
    .option('--cpuprofile <file>', 'write the recorded profile; - for standard output')
    .option('--markdown <file>', 'write the report as Markdown for an issue; - for standard output')
    .option('--html <file>', 'write the report as one page without scripts; - for standard output')
    .option('--trace <file>', 'write the blocks for Perfetto and DevTools; - for standard output')
    .option('--fail-on <time>', 'exit with 1 when a block is longer', parseDuration)
    .option('--startup', 'let --fail-on count blocks during start-up', false)
    .option('--starved', 'let --fail-on count time in which the process got no CPU', false)
    .option('--full-urls', 'keep the query strings of request URLs', false)
    .option('--quiet', 'print no progress and no report', false);
}
