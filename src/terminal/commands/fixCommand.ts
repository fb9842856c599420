import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fixFile, type Fix } from '../../investigation/fix.ts';
import { exitCode, type ExitCode } from './exitCode.ts';
import type { FixCommandOptions } from './fixOptions.ts';
import { UsageError } from './usageError.ts';
import { writeOutput, writeStdout } from './writeFiles.ts';

/** `<file>:<line>[:<column>]`, 1-based. */
export interface FixPlace {
  readonly file: string;
  readonly line: number;
  readonly column: number | null;
}

/** Reads the place to fix. */
export function parsePlace(text: string): FixPlace {
  const match = /^(.+?):(\d+)(?::(\d+))?$/.exec(text);
  const [, file, line, column] = match ?? [];
  if (file === undefined || line === undefined) {
    throw new UsageError(
      `"${text}" names no line. Write file:line or file:line:column, such as src/login.js:17.`,
    );
  }
  return { file, line: Number(line), column: column === undefined ? null : Number(column) };
}

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
      `offloop: ${place}: ${message}\n  (${code}, ${file}:${String(line)}:${String(column)}) Nothing was written.\n`,
    );
    return;
  }
  for (const warning of json.warnings) stderr.write(`offloop: note: ${warning}\n`);
  if (!wrote) return;
  stderr.write(`Wrote ${json.edits.map(({ file }) => file).join(', ')}.\n`);
  if (json.dependency !== null) stderr.write(`Run "npm install" to add ${json.dependency.name}.\n`);
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

/** `offloop fix`: computes the fix of one call, shows it, and writes it when asked to. */
export async function fixCommand(place: string | undefined, options: FixCommandOptions): Promise<ExitCode> {
  if (options.all !== undefined) {
    if (place !== undefined) throw new UsageError('Name a place or --all <report.json>, not both.');
    const { fixAll } = await import('./fixAll.ts');
    return fixAll(options.all, options);
  }
  if (place === undefined) throw new UsageError('Name the call to fix: file:line or file:line:column.');
  const { file, line, column } = parsePlace(place);
  const fix = await fixFile({
    root: options.root,
    file,
    line,
    column,
    kind: options.with ?? null,
    write: options.write,
    executorTarball: packedExecutor(),
    executorModule: options.executorModule,
  });
  return printFix(fix, place, options);
}
