import reportSchema from '../../../schema/report.schema.json' with { type: 'json' };
import sessionSchema from '../../../schema/session.schema.json' with { type: 'json' };

/** Says what every value must be; a format is for people who write a report, not for us who read one. */
const unread: ReadonlySet<string> = new Set(['format', 'description', 'uniqueItems']);

/** A schema without what would refuse the files of later versions: they may say more than this one knows. */
function withoutLimits(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withoutLimits);
  if (typeof schema !== 'object' || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([key, value]) => !unread.has(key) && !(key === 'additionalProperties' && value === false))
      .map(([key, value]) => [key, withoutLimits(value)]),
  );
}

/** The schemas by which files are read, open to what later versions add, by the name of their validator. */
export const readerSchemas = {
  report: withoutLimits(reportSchema) as typeof reportSchema,
  session: withoutLimits(sessionSchema) as typeof sessionSchema,
};

/** The one way in which validators are made, here and by the build: a schema is compiled once, wherever it is referred to. */
export const validatorOptions = { inlineRefs: false } as const;
