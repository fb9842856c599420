import { Ajv, type ValidateFunction } from 'ajv';
import { readerSchemas, validatorOptions } from './readerSchemas.ts';

/** For each kind of file, whether a value is what its schema says; `errors` says why not. */
export type Validators = Readonly<Record<keyof typeof readerSchemas, ValidateFunction>>;

let compiled: Validators | null = null;

function compile(): Validators {
  const ajv = new Ajv(validatorOptions);
  return { report: ajv.compile(readerSchemas.report), session: ajv.compile(readerSchemas.session) };
}

/**
 * The validators, made when they are first asked for. The build puts the code in place of this that ajv generates from the
 * schemas, in a file of its own, so that no compiler of schemas ships and who reads no file loads nothing:
 * scripts/validators.mjs.
 */
export const validators = (): Validators => (compiled ??= compile());
