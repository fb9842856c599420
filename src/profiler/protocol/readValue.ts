/** Whether a foreign value is an object with string keys. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A member of a foreign value; undefined if the value is not an object. */
export const member = (value: unknown, key: string): unknown => (isRecord(value) ? value[key] : undefined);

/** A foreign string cut to `limit` characters, or null. Names and urls of a target may be of any length. */
export const readString = (value: unknown, limit = 4096): string | null =>
  typeof value === 'string' ? value.slice(0, limit) : null;

/** A finite foreign number, or null. */
export const readNumber = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null;

/** The strings of a foreign array, at most `count` of them; empty if it is not an array. */
export const readStrings = (value: unknown, count = 256): readonly string[] =>
  Array.isArray(value)
    ? value.slice(0, count).flatMap((item) => (typeof item === 'string' ? [item.slice(0, 4096)] : []))
    : [];

/** The finite numbers of a foreign array, at most `count` of them; empty if it is not an array. */
export const readNumbers = (value: unknown, count: number): readonly number[] =>
  Array.isArray(value)
    ? value
        .slice(0, count)
        .filter((item): item is number => typeof item === 'number' && Number.isFinite(item))
    : [];
