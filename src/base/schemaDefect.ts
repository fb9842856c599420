/** As much of JSON Schema (draft 7) as the schemas of this repository say; formats and unknown fields are not looked at. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly definitions?: Readonly<Record<string, JsonSchema>>;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly type?: string;
  readonly anyOf?: readonly JsonSchema[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly minItems?: number;
  readonly items?: JsonSchema;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: boolean | JsonSchema;
}

type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether a value is of each type. */
const types: Readonly<Record<string, (value: unknown) => boolean>> = {
  null: (value) => value === null,
  string: (value) => typeof value === 'string',
  number: (value) => Number.isFinite(value),
  integer: (value) => Number.isInteger(value),
  boolean: (value) => typeof value === 'boolean',
  array: (value) => Array.isArray(value),
  object: isObject,
};

/**
 * The path of the first part of a foreign value that its schema does not allow, such as `$.findings[3].cause`; null where
 * all of it is as the schema says. Throws where the schema itself refers to nothing.
 */
export function schemaDefect(value: unknown, schema: JsonSchema): string | null {
  return defectAt('$', value, schema, schema.definitions ?? {});
}

function defectAt(
  path: string,
  value: unknown,
  schema: JsonSchema,
  definitions: Readonly<Record<string, JsonSchema>>,
): string | null {
  if (schema.$ref !== undefined) return defectAt(path, value, named(schema.$ref, definitions), definitions);
  if (schema.anyOf !== undefined) return defectOfAny(path, value, schema.anyOf, definitions);
  if (!isAllowed(value, schema)) return path;
  if (Array.isArray(value)) {
    const { items } = schema;
    if (items === undefined) return null;
    return firstDefect(value, (item, index) =>
      defectAt(`${path}[${String(index)}]`, item, items, definitions),
    );
  }
  if (!isObject(value)) return null;
  const missing = (schema.required ?? []).find((name) => !Object.hasOwn(value, name));
  if (missing !== undefined) return `${path}.${missing}`;
  return firstDefect(Object.entries(value), ([name, field]) => {
    const own = fieldSchema(name, schema);
    // An optional field that is undefined is one that JSON leaves out.
    return own === null || field === undefined ? null : defectAt(`${path}.${name}`, field, own, definitions);
  });
}

function named(reference: string, definitions: Readonly<Record<string, JsonSchema>>): JsonSchema {
  const schema = definitions[reference.replace('#/definitions/', '')];
  if (schema === undefined) throw new Error(`The schema has no ${reference}.`);
  return schema;
}

/** Of several schemas none of which fits, the defect of the one that got furthest says most. */
function defectOfAny(
  path: string,
  value: unknown,
  schemas: readonly JsonSchema[],
  definitions: Readonly<Record<string, JsonSchema>>,
): string | null {
  let deepest = path;
  for (const schema of schemas) {
    const defect = defectAt(path, value, schema, definitions);
    if (defect === null) return null;
    if (defect.length > deepest.length) deepest = defect;
  }
  return deepest;
}

/** What a schema says of the value itself, leaving out what it holds. */
function isAllowed(value: unknown, schema: JsonSchema): boolean {
  if (schema.type !== undefined && types[schema.type]?.(value) !== true) return false;
  if (schema.const !== undefined && value !== schema.const) return false;
  if (schema.enum !== undefined && !schema.enum.includes(value)) return false;
  if (typeof value === 'number')
    return value >= (schema.minimum ?? -Infinity) && value <= (schema.maximum ?? Infinity);
  if (typeof value === 'string')
    return (
      value.length >= (schema.minLength ?? 0) &&
      (schema.pattern === undefined || new RegExp(schema.pattern, 'u').test(value))
    );
  return !Array.isArray(value) || value.length >= (schema.minItems ?? 0);
}

function fieldSchema(name: string, { properties = {}, additionalProperties }: JsonSchema): JsonSchema | null {
  if (Object.hasOwn(properties, name)) return properties[name] ?? null;
  return typeof additionalProperties === 'object' ? additionalProperties : null;
}

function firstDefect<T>(
  items: readonly T[],
  defectOf: (item: T, index: number) => string | null,
): string | null {
  for (const [index, item] of items.entries()) {
    const defect = defectOf(item, index);
    if (defect !== null) return defect;
  }
  return null;
}
