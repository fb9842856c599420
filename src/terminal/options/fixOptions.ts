import type { Command } from 'commander';
import { offeredKinds, type OfferedKind } from '../../report/remedyKind.ts';
import { defaultExecutorModule } from '../../fixes/executorModule.ts';
import { UsageError } from './usageError.ts';

/** Options of `offloop fix`. */
export interface FixCommandOptions {
  readonly with?: OfferedKind;
  readonly write: boolean;
  readonly accept: boolean;
  readonly diff: boolean;
  readonly json?: string;
  readonly root: string;
  readonly all?: string;
  readonly executorModule: string;
}

const kindList = offeredKinds.join(', ');

/** The kind of remedy that `--with` names. */
export function parseRemedy(text: string): OfferedKind {
  const kind = offeredKinds.find((known) => known === text);
  if (kind === undefined) throw new UsageError(`"${text}" is not a fix: choose one of ${kindList}.`);
  return kind;
}

/** Adds the options of `FixCommandOptions` to a command. */
export function withFixOptions(command: Command, parseRoot: (dir: string) => string): Command {
  return command
    .option('--with <remedy>', `one of ${kindList} (default: the safest that fits)`, parseRemedy)
    .option('--write', 'write the change if it is proven', false)
    .option('--accept', 'also write fixes that need review; check their assumptions first', false)
    .option('--diff', 'print the change (the default without --write)', false)
    .option('--all <report>', 'fix every call of a report that has a proven fix')
    .option('--root <dir>', 'project root; nothing outside it is edited', parseRoot, process.cwd())
    .option('--executor-module <name>', 'name under which fixes import the executor', defaultExecutorModule)
    .option('--json <file>', 'write the outcome as JSON; - for standard output');
}
