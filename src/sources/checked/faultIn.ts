import type { ErrorObject } from 'ajv';
import { validators, type Validators } from './validators.ts';

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

/** Which values the file may have instead is no fault of its own: what they demand is said as one. */
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

/**
 * What in a value from outside does not fit the schema of its kind, with its place: `findings[3].callSite.line must be
 * integer`; null where all of it fits.
 */
export function faultIn(kind: keyof Validators, value: unknown): string | null {
  const validate = validators()[kind];
  return validate(value) ? null : faultOf(validate.errors ?? []);
}
