import reportSchema from '../../../schema/report.schema.json' with { type: 'json' };

/** Says what every value must be; a format is for people who write a report, not for us who read one. */
const unread: ReadonlySet<string> = new Set(['format', 'description', 'uniqueItems']);

/** A schema without what would refuse the reports of later versions: they may say more than this one knows. */
function withoutLimits(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withoutLimits);
  if (typeof schema !== 'object' || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([key, value]) => !unread.has(key) && !(key === 'additionalProperties' && value === false))
      .map(([key, value]) => [key, withoutLimits(value)]),
  );
}

/** The schema by which report files are read: that of reports, open to what later versions add. */
export const readerSchema = withoutLimits(reportSchema) as typeof reportSchema;
