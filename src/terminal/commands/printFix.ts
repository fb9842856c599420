import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import type { Result } from '../../base/result.ts';
import { isPacked } from '../../investigation/fix.ts';
import type { Fix } from '../../investigation/fix.ts';
import type { FixRefusal } from '../../investigation/fixJson.ts';
import type { PendingFile } from '../../investigation/fixWrite.ts';
import { printable } from '../text.ts';
import { exitCode, type ExitCode } from './exitCode.ts';
import type { FixCommandOptions } from './fixOptions.ts';
import { writeOutput, writeStdout } from './writeFiles.ts';

/** The packed executor lies beside the bundles; from sources there is none. */
export function packedExecutor(): string | null {
  const path = join(__dirname, 'offloop-executor.tgz');
  return existsSync(path) ? path : null;
}

function say({ json }: Fix, place: string): void {
  const { stderr } = process;
  if (json.refusal === null) {
    for (const warning of json.warnings) stderr.write(`offloop: note: ${printable(warning)}\n`);
    return;
  }
  const { message } = json.refusal;
  stderr.write(`offloop: ${printable(place)}: ${printable(message)}\n  ${whereOf(json.refusal)}`);
  stderr.write(' Nothing was written.\n');
}

const whereOf = ({ code, file, line, column }: FixRefusal): string =>
  `(${code}, ${printable(file)}:${String(line)}:${String(column)})`;

/** Says what became of one of many fixes. */
export function sayOutcome(place: string, outcome: Result<Fix, string>): void {
  const say = (text: string, rest = ''): void => {
    process.stderr.write(`offloop: ${printable(place)}: ${printable(text)}${rest}\n`);
  };
  if (!outcome.ok) {
    say(outcome.error);
    return;
  }
  const { refusal, warnings } = outcome.value.json;
  if (refusal !== null) say(refusal.message, `\n  ${whereOf(refusal)}`);
  for (const warning of warnings) say(`note: ${warning}`);
}

/** Says which files were written, or which of them the patch cannot hold. */
export function sayWritten(files: readonly PendingFile[], { root, write }: FixCommandOptions): void {
  const names = (which: readonly PendingFile[]): string =>
    which.map(({ path }) => printable(relative(resolve(root), path))).join(', ');
  const packed = files.filter(isPacked);
  const texts = files.filter((file) => !isPacked(file));
  if (write && texts.length > 0) process.stderr.write(`Wrote ${names(texts)}.\n`);
  if (!write && packed.length > 0)
    process.stderr.write(`offloop: note: A patch holds text only: ${names(packed)} comes with --write.\n`);
}

/** Prints one fix; answers with 5 when it was refused. */
export async function printFix(fix: Fix, place: string, options: FixCommandOptions): Promise<ExitCode> {
  const json = `${JSON.stringify(fix.json, null, 2)}\n`;
  if (options.json === '-') await writeStdout(json);
  else if (options.json !== undefined) await writeOutput(options.json, json);
  const showDiff = options.json !== '-' && (options.diff || !options.write);
  if (showDiff && fix.diff !== '') await writeStdout(fix.diff);
  say(fix, place);
  sayWritten(fix.files, options);
  return fix.json.refusal === null ? exitCode.done : exitCode.refusedFix;
}
