/** Microseconds, as V8's Profiler domain counts time. */
export type Micros = number & { readonly __unit: 'us' };
/** Milliseconds, as reports show time. */
export type Millis = number & { readonly __unit: 'ms' };

export const micros = (value: number): Micros => value as Micros;
export const millis = (value: number): Millis => value as Millis;
export const microsToMillis = (value: Micros): Millis => (value / 1000) as Millis;
export const millisToMicros = (value: Millis): Micros => (value * 1000) as Micros;

/** A time in ms as reports say it: to a tenth. */
export const toTenths = (ms: number): number => Math.round(ms * 10) / 10;
