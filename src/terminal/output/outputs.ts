import type { Stats } from 'node:fs';
import { access, constants, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { UsageError } from '../options/usageError.ts';

/** Where a command is asked to write; `-` is standard output. Paths are as typed. */
export interface OutputOptions {
  readonly json?: string;
  readonly sarif?: string;
  readonly cpuprofile?: string;
  readonly markdown?: string;
  readonly html?: string;
  readonly trace?: string;
}

/** Options that name an output, each with a file name for its example. */
const outputs = [
  { option: 'json', example: 'report.json' },
  { option: 'sarif', example: 'findings.sarif' },
  { option: 'cpuprofile', example: 'recording.cpuprofile' },
  { option: 'markdown', example: 'report.md' },
  { option: 'html', example: 'report.html' },
  { option: 'trace', example: 'blocks.trace.json' },
] as const;

/** Whether standard output is taken, so that nothing else may be printed there. */
export const takesStdout = (options: OutputOptions): boolean =>
  outputs.some(({ option }) => options[option] === '-');

const statOf = (path: string): Promise<Stats | null> => stat(path).catch(() => null);

/** Throws a UsageError where a file cannot be written, as far as that shows without writing. */
async function checkFile(flag: string, path: string, example: string): Promise<void> {
  const whole = resolve(path);
  const entry = await statOf(whole);
  if (entry?.isDirectory() === true || /[\\/]$/.test(path)) {
    const inside = `${path.replace(/[\\/]+$/, '')}/${example}`;
    throw new UsageError(`${flag} ${path} names a folder. Name a file in it, such as ${inside}.`);
  }
  const folder = dirname(whole);
  if ((await statOf(folder))?.isDirectory() !== true) {
    throw new UsageError(`${flag} ${path} cannot be written: there is no folder ${folder}. Make it first.`);
  }
  await access(entry === null ? folder : whole, constants.W_OK).catch((error: unknown) => {
    throw new UsageError(`${flag} ${path} cannot be written: ${(error as Error).message}.`);
  });
}

/**
 * Refuses outputs that cannot be written before anything is recorded or read for them. Throws a UsageError. Whatever
 * else goes wrong shows when the file is written.
 */
export async function checkOutputs(options: OutputOptions): Promise<void> {
  const toStdout = outputs.filter(({ option }) => options[option] === '-');
  if (toStdout.length > 1) {
    const flags = toStdout.map(({ option }) => `--${option} -`).join(' and ');
    throw new UsageError(`Standard output takes one of ${flags}: name a file for the other.`);
  }
  for (const { option, example } of outputs) {
    const path = options[option];
    if (path !== undefined && path !== '-') await checkFile(`--${option}`, path, example);
  }
}
