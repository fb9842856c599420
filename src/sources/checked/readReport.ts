import { readFile } from 'node:fs/promises';
import type { Report } from '../../report/report.ts';
import { OffloopError } from '../../base/offloopError.ts';
import { whyUnreadable } from '../whyUnreadable.ts';
import { faultIn } from './faultIn.ts';

async function parsedFile(path: string, name: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    const reason = error instanceof SyntaxError ? 'it is not JSON' : whyUnreadable(error);
    throw new OffloopError('bad-input', `Cannot read ${name} as a report: ${reason}.`, { cause: error });
  }
}

/** A report of a later version of the format says so. */
function isLater(value: unknown): boolean {
  const version: unknown =
    typeof value === 'object' && value !== null && 'version' in value ? value.version : null;
  return typeof version === 'number' && version > 1;
}

/**
 * Reads a report that `--json` or the editor wrote. Throws an OffloopError that says what is wrong, where, and `advice`: a
 * sentence on how to get one. `name` is what the file is called in it.
 */
export async function readReport(path: string, advice: string, name = path): Promise<Report> {
  const value = await parsedFile(path, name);
  const fault = faultIn('report', value);
  if (fault === null) return value as Report;
  if (isLater(value))
    throw new OffloopError('bad-input', `${name} comes from a later version of Offloop. Update this one.`);
  throw new OffloopError('bad-input', `${name} is not a report. In it, ${fault}. ${advice}`);
}
