import reportSchema from '../../schema/report.schema.json';
import { err, ok, type Result } from '../base/result.ts';
import { schemaDefect, type JsonSchema } from '../base/schemaDefect.ts';
import type { Report, ReportCallSite } from './report.ts';

const schema: JsonSchema = reportSchema;

/** A report from outside, held against its JSON schema; the error is the path of what does not fit. */
export function parseReport(value: unknown): Result<Report, string> {
  const defect = schemaDefect(value, schema);
  return defect === null ? ok(value as Report) : err(defect);
}

/** Whether a value from outside is a call site as reports have it. */
export const isCallSite = (value: unknown): value is ReportCallSite =>
  schemaDefect(value, { $ref: '#/definitions/callSite', definitions: schema.definitions ?? {} }) === null;
