import { fixFile } from '../../fixes/fix.ts';
import type { ExitCode } from '../options/exitCode.ts';
import type { FixCommandOptions } from '../options/fixOptions.ts';
import { packedExecutor, printFix } from '../output/printFix.ts';
import { UsageError } from '../options/usageError.ts';

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
      `"${text}" has no line. Write file:line or file:line:column, such as src/login.js:17.`,
    );
  }
  return { file, line: Number(line), column: column === undefined ? null : Number(column) };
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
    accept: options.accept,
    executorTarball: packedExecutor(),
    executorModule: options.executorModule,
  });
  return printFix(fix, place, options);
}
