import { setTimeout } from 'node:timers';
import { duration } from './numbers.ts';

// What Node's timers can count; longer ones would fire at once.
const longest = 2 ** 31 - 1;

/**
 * Starts a timer of Node's own, which fake timers of a test do not hold up; none for `undefined` and `Infinity`.
 * @throws RangeError when `ms` is no duration; `name` says of what.
 */
export function startTimer(
  name: string,
  ms: number | undefined,
  run: () => void,
): NodeJS.Timeout | undefined {
  return ms === undefined || duration(name, ms) === Infinity
    ? undefined
    : setTimeout(run, Math.min(ms, longest));
}
