import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import fixSchema from '../../../schema/fix.schema.json' with { type: 'json' };
import reportSchema from '../../../schema/report.schema.json' with { type: 'json' };

const ajv = new Ajv({ allErrors: true });
addFormats(ajv);

const defectsBy = (validate: ValidateFunction, value: unknown): readonly string[] =>
  validate(value)
    ? []
    : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message ?? ''}`);

const report = ajv.compile(reportSchema);
const fix = ajv.compile(fixSchema);

/** What in a value does not fit the schema of reports; empty when it does. */
export const validateReport = (value: unknown): readonly string[] => defectsBy(report, value);

/** What in a value does not fit the schema of fixes; empty when it does. */
export const validateFix = (value: unknown): readonly string[] => defectsBy(fix, value);
