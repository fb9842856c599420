import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import type { Result } from '../../base/result.ts';
import { isPacked } from '../../fixes/diff.ts';
import type { Fix } from '../../fixes/fix.ts';
import type { FixRefusal } from '../../fixes/fixJson.ts';
import type { PendingFile } from '../../fixes/fixWrite.ts';
import { refusalAdvice } from '../../wording/refusalAdvice.ts';
import { counted } from '../../wording/numbers/formatNumbers.ts';
import { printable } from '../text.ts';
import { exitCode, type ExitCode } from '../options/exitCode.ts';
import type { FixCommandOptions } from '../options/fixOptions.ts';
import { writeOutput, writeStdout } from './writeFiles.ts';

/** The packed executor, which the build puts next to the bundles; null when this runs from sources. */
export function packedExecutor(): string | null {
  const path = join(__dirname, 'offloop-executor.tgz');
  return existsSync(path) ? path : null;
}

const toStderr = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

/** Whether a fix is refused, or needs a review that was not accepted. */
export const isLeftOut = ({ json }: Fix, accept: boolean): boolean =>
  json.refusal !== null || (json.assumptions.length > 0 && !accept);

const whereOf = ({ code, file, line, column }: FixRefusal): string =>
  `(${code}, ${printable(file)}:${String(line)}:${String(column)})`;

/** What a fix takes for granted, one line each. */
const assumed = ({ json }: Fix): readonly string[] =>
  json.assumptions.map(
    ({ code, message, file, line }) =>
      `  ${printable(message)} (${code}, ${printable(file)}:${String(line)})`,
  );

const needsReview = (count: number): string =>
  `needs review: ${counted(count, 'assumption')} could not be proven.`;

function say(fix: Fix, place: string, { write, accept }: FixCommandOptions): void {
  const { refusal, warnings, assumptions } = fix.json;
  if (refusal !== null) {
    toStderr(`offloop: ${printable(place)}: ${printable(refusal.message)}`);
    const advice = refusalAdvice[refusal.code];
    if (advice !== null) toStderr(`  What helps: ${advice}`);
    toStderr(`  ${whereOf(refusal)} Nothing was written.`);
    return;
  }
  if (assumptions.length > 0) {
    toStderr(`offloop: ${printable(place)}: This fix ${needsReview(assumptions.length)}`);
    for (const line of assumed(fix)) toStderr(line);
    if (write && !accept) toStderr('  Nothing was written. If they all hold, add --accept.');
  }
  for (const warning of warnings) toStderr(`offloop: note: ${printable(warning)}`);
}

/** Says what became of one of many fixes. */
export function sayOutcome(place: string, outcome: Result<Fix, string>, accept: boolean): void {
  const say = (text: string, rest = ''): void => {
    toStderr(`offloop: ${printable(place)}: ${printable(text)}${rest}`);
  };
  if (!outcome.ok) {
    say(outcome.error);
    return;
  }
  const { refusal, warnings, assumptions } = outcome.value.json;
  if (refusal !== null) say(refusal.message, `\n  ${whereOf(refusal)}`);
  if (assumptions.length > 0) {
    const rest = accept ? '' : ' It was left out; add --accept to write it, too.';
    say(`${needsReview(assumptions.length)}${rest}`, `\n${assumed(outcome.value).join('\n')}`);
  }
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
    process.stderr.write(
      `offloop: note: A patch can only hold text. ${names(packed)} is written with --write.\n`,
    );
}

/** Prints one fix; answers with 5 when it was refused, or is not written because it needs review. */
export async function printFix(fix: Fix, place: string, options: FixCommandOptions): Promise<ExitCode> {
  const json = `${JSON.stringify(fix.json, null, 2)}\n`;
  if (options.json === '-') await writeStdout(json);
  else if (options.json !== undefined) await writeOutput(options.json, json);
  const showDiff = options.json !== '-' && (options.diff || !options.write);
  if (showDiff && fix.diff !== '') await writeStdout(fix.diff);
  say(fix, place, options);
  const isHeldBack = options.write && isLeftOut(fix, options.accept);
  if (!isHeldBack) sayWritten(fix.files, options);
  return isHeldBack || fix.json.refusal !== null ? exitCode.refusedFix : exitCode.done;
}
