import { resolve } from 'node:path';
import { readProfileFile } from '../../sources/readProfileFile.ts';
import type { ExitCode } from '../options/exitCode.ts';
import { finishReport } from '../output/finishReport.ts';
import type { ReportOptions } from '../options/reportOptions.ts';

/** `offloop analyze`: the report of a `.cpuprofile` file. */
export async function analyzeCommand(file: string, options: ReportOptions): Promise<ExitCode> {
  const recording = await readProfileFile(resolve(file));
  if (!recording.ok) throw recording.error;
  return finishReport(recording.value, options);
}
