/** Checks a whole number. @throws RangeError */
export function count(name: string, value: number, least: number): number {
  if (Number.isInteger(value) && value >= least) return value;
  throw new RangeError(`${name} must be a whole number of at least ${String(least)}; got ${String(value)}`);
}

/** Checks a duration in milliseconds. @throws RangeError */
export function duration(name: string, value: number): number {
  if (typeof value === 'number' && value >= 0) return value;
  throw new RangeError(`${name} must be a number of milliseconds, 0 or more; got ${String(value)}`);
}
