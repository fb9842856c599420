import { readFile } from 'node:fs/promises';
import type { ErrorObject } from 'ajv';
import type { Report } from '../../report/report.ts';
import { OffloopError } from '../../base/offloopError.ts';
import { isReport } from './reportValidator.ts';

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

/** `/findings/3/callSite/line` as it is written in code: `findings[3].callSite.line`. */
const pathOf = (pointer: string): string =>
  pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((step) =>
      /^\d+$/.test(step)
        ? `[${step}]`
        : /^[A-Za-z_]\w*$/.test(step)
          ? `.${step}`
          : `[${JSON.stringify(step)}]`,
    )
    .join('')
    .replace(/^\./, '');

/** What a value must be, in the words of ajv and the values where there are a few. */
function demand({ message, keyword, params }: ErrorObject): string {
  const text = message ?? `must match ${keyword}`;
  if (keyword !== 'enum') return text;
  return `must be one of ${(params['allowedValues'] as readonly string[]).join(', ')}`;
}

/** Which values the report may have instead is no fault of its own: what they demand is said as one. */
const isChoice = ({ keyword }: ErrorObject): boolean => keyword === 'anyOf';

/** The deepest place that is wrong, and how. */
function faultOf(errors: readonly ErrorObject[]): string {
  const told = errors.filter((error) => !isChoice(error));
  const depth = Math.max(...told.map(({ instancePath }) => instancePath.split('/').length));
  const deepest = told.filter(({ instancePath }) => instancePath.split('/').length === depth);
  const path = pathOf(deepest[0]?.instancePath ?? '');
  const demands = [...new Set(deepest.map(demand))];
  const [first = '', ...others] = demands;
  const all = [first, ...others.map((each) => each.replace(/^must be /, ''))].join(' or ');
  return `${path === '' ? 'the file' : path} ${all}`;
}

/** A report of a later version of the format says so. */
function isLater(value: unknown): boolean {
  const version: unknown =
    typeof value === 'object' && value !== null && 'version' in value ? value.version : null;
  return typeof version === 'number' && version > 1;
}

/** Reads a report that `--json` wrote. Throws an OffloopError that says what is wrong, where, and how to get one. */
export async function readReport(path: string): Promise<Report> {
  const value = await parsedFile(path);
  if (isReport(value)) return value;
  if (isLater(value)) {
    throw new OffloopError('bad-input', `${path} comes from a later version of Offloop. Update this one.`);
  }
  throw new OffloopError(
    'bad-input',
    `${path} is not a report. In it, ${faultOf(isReport.errors ?? [])}. Write one with "offloop attach … --json ${path}".`,
  );
}
