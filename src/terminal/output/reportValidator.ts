import { Ajv, type ValidateFunction } from 'ajv';
import type { Report } from '../../report/report.ts';
import { readerSchema } from './readerSchema.ts';

/**
 * Whether a value is a report; its `errors` say why not. The build puts the code in place of this that ajv generates from
 * the schema, so that no compiler of schemas ships: scripts/reportValidator.mjs.
 */
export const isReport: ValidateFunction<Report> = new Ajv().compile<Report>(readerSchema);
