import { readFile } from 'node:fs/promises';
import { OffloopError } from '../../base/offloopError.ts';
import type { Report } from '../../analysis/report.ts';
import { compareReports } from '../../investigation/compareReports.ts';
import { renderComparison } from '../renderComparison.ts';
import { exitCode, type ExitCode } from './exitCode.ts';
import { terminalStyle } from './terminalStyle.ts';
import { writeOutput, writeStdout } from './writeFiles.ts';

async function readReport(path: string): Promise<Report> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new OffloopError('bad-input', `Cannot read ${path} as a report: ${(error as Error).message}.`, {
      cause: error,
    });
  }
  const report = value as Partial<Report> | null;
  if (report?.version !== 1 || !Array.isArray(report.findings) || !Array.isArray(report.blocks)) {
    throw new OffloopError(
      'bad-input',
      `${path} is not a report. Write one with "offloop attach … --json ${path}".`,
    );
  }
  return report as Report;
}

/** `offloop compare`: what became of each finding between two reports. */
export async function compareCommand(
  before: string,
  after: string,
  options: { readonly json?: string },
): Promise<ExitCode> {
  const comparison = compareReports(await readReport(before), await readReport(after));
  const json = `${JSON.stringify(comparison, null, 2)}\n`;
  if (options.json === '-') await writeStdout(json);
  else if (options.json !== undefined) await writeOutput(options.json, json);
  else await writeStdout(`${renderComparison(comparison, terminalStyle(process.stdout))}\n`);
  return exitCode.done;
}
