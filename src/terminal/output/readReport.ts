import { readFile } from 'node:fs/promises';
import type { Report } from '../../report/report.ts';
import { OffloopError } from '../../base/offloopError.ts';

async function parsedFile(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const known = error instanceof SyntaxError ? 'it is not JSON' : message;
    const reason = code === 'ENOENT' ? 'there is no such file' : known;
    throw new OffloopError('bad-input', `Cannot read ${path} as a report: ${reason}.`, { cause: error });
  }
}

type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isSite = (value: unknown): boolean =>
  isObject(value) &&
  typeof value['file'] === 'string' &&
  typeof value['function'] === 'string' &&
  (value['written'] === undefined || typeof value['written'] === 'string') &&
  Number.isInteger(value['line']) &&
  Number.isInteger(value['column']);

const isFinding = (value: unknown): boolean =>
  isObject(value) &&
  typeof value['id'] === 'string' &&
  typeof value['cause'] === 'string' &&
  typeof value['count'] === 'number' &&
  Array.isArray(value['remedies']) &&
  (value['callSite'] === null || isSite(value['callSite']));

const isBlock = (value: unknown): boolean =>
  isObject(value) && typeof value['durationMs'] === 'number' && Array.isArray(value['parts']);

function isReport(value: unknown): value is Report {
  if (!isObject(value) || value['version'] !== 1) return false;
  const { findings, blocks, recording, loop, target } = value;
  return (
    isObject(recording) &&
    isObject(loop) &&
    isObject(target) &&
    Array.isArray(findings) &&
    Array.isArray(blocks) &&
    findings.every(isFinding) &&
    blocks.every(isBlock)
  );
}

/** Reads a report that `--json` wrote. Throws an OffloopError that says how to get one. */
export async function readReport(path: string): Promise<Report> {
  const value = await parsedFile(path);
  if (isReport(value)) return value;
  throw new OffloopError(
    'bad-input',
    `${path} is not a report. Write one with "offloop attach … --json ${path}".`,
  );
}
