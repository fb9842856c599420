import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { PathMapping } from '../../analysis/source/scriptPath.ts';
import { millis, type Millis } from '../../base/units.ts';
import { UsageError } from './usageError.ts';

const factors: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, min: 60_000, h: 3_600_000 };

/** A duration with its unit: `50ms`, `10s`, `1.5m`, `1h`. A bare number is refused, naming both readings. */
export function parseDuration(text: string): Millis {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|min|h)?$/.exec(text.trim());
  const amount = match?.[1];
  if (match === null || amount === undefined) {
    throw new UsageError(`"${text}" is not a duration. Write a number with its unit: 50ms, 10s or 2m.`);
  }
  const unit = match[2];
  if (unit === undefined) {
    throw new UsageError(
      `"${text}" has no unit. Write ${amount}ms for milliseconds or ${amount}s for seconds.`,
    );
  }
  const value = Number(amount) * (factors[unit] ?? 1);
  if (value <= 0)
    throw new UsageError(`"${text}" is not longer than zero. Write a duration such as 50ms, 10s or 2m.`);
  return millis(value);
}

/** A sampling interval: like a duration, at least 0.1 ms. */
export function parseInterval(text: string): Millis {
  const interval = parseDuration(text);
  if (interval < 0.1 || interval > 1000) {
    throw new UsageError(
      `The interval ${text} is out of range: choose between 0.1ms and 1s. The default is 5ms.`,
    );
  }
  return interval;
}

function wholeNumber(text: string, name: string, least: number, most: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text.trim()) || value < least || value > most) {
    throw new UsageError(
      `"${text}" is not a ${name}: write a whole number from ${String(least)} to ${String(most)}.`,
    );
  }
  return value;
}

/** A TCP port. */
export const parsePort = (text: string): number => wholeNumber(text, 'port', 1, 65_535);

/** A process id. */
export const parsePid = (text: string): number => wholeNumber(text, 'process id', 1, 4_194_304);

/** `REMOTE=LOCAL`, collected: a path prefix inside the target and where it lies here. */
export function parseMapping(text: string, previous: readonly PathMapping[]): readonly PathMapping[] {
  const at = text.indexOf('=');
  if (at <= 0 || at === text.length - 1) {
    throw new UsageError(
      `"${text}" is not a path mapping. Write --map REMOTE=LOCAL, such as --map /app=./server.`,
    );
  }
  return [...previous, { remote: text.slice(0, at), local: resolve(text.slice(at + 1)) }];
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false; // Not there, or behind something that is no folder.
  }
}

/** The project root, made absolute. A folder that is not there would leave every file without its source. */
export function parseRoot(text: string): string {
  const root = resolve(text);
  if (isFolder(root)) return root;
  throw new UsageError(`--root ${text} names no folder: there is no folder ${root}.`);
}

/** The recording mode. */
export function parseMode(text: string): 'watch' | 'deep' {
  if (text === 'watch' || text === 'deep') return text;
  throw new UsageError(
    `"${text}" is not a mode: choose watch (5 ms, for hours) or deep (1 ms, for seconds).`,
  );
}
