import { readFile } from 'node:fs/promises';
import type { Report } from '../../analysis/report.ts';
import { OffloopError } from '../../base/offloopError.ts';

/** Reads a report that `--json` wrote. Throws an OffloopError that says how to get one. */
export async function readReport(path: string): Promise<Report> {
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
