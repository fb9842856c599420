import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Fix } from '../../investigation/fix.ts';
import { printable } from '../text.ts';
import { exitCode, type ExitCode } from './exitCode.ts';
import type { FixCommandOptions } from './fixOptions.ts';
import { writeOutput, writeStdout } from './writeFiles.ts';

/** The packed executor lies beside the bundles; from sources there is none. */
export function packedExecutor(): string | null {
  const path = join(__dirname, 'offloop-executor.tgz');
  return existsSync(path) ? path : null;
}

function say({ json }: Fix, place: string, wrote: boolean): void {
  const { stderr } = process;
  if (json.refusal !== null) {
    const { file, line, column, code, message } = json.refusal;
    stderr.write(
      `offloop: ${printable(place)}: ${printable(message)}\n  (${code}, ${printable(file)}:${String(line)}:${String(column)}) Nothing was written.\n`,
    );
    return;
  }
  for (const warning of json.warnings) stderr.write(`offloop: note: ${printable(warning)}\n`);
  if (wrote) stderr.write(`Wrote ${json.edits.map(({ file }) => printable(file)).join(', ')}.\n`);
}

/** Prints one fix; answers with 5 when it was refused. */
export async function printFix(fix: Fix, place: string, options: FixCommandOptions): Promise<ExitCode> {
  const json = `${JSON.stringify(fix.json, null, 2)}\n`;
  if (options.json === '-') await writeStdout(json);
  else if (options.json !== undefined) await writeOutput(options.json, json);
  const showDiff = options.json !== '-' && (options.diff || !options.write);
  if (showDiff && fix.diff !== '') await writeStdout(fix.diff);
  say(fix, place, options.write);
  return fix.json.refusal === null ? exitCode.done : exitCode.refusedFix;
}
