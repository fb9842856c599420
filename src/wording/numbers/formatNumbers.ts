/** Figures as people read them: the terminal, the editor, its pages and the documents that are exported say each in the same way. */

/** To a tenth at most; a zero there is left out. */
const tenths = (value: number): string => value.toFixed(1).replace(/\.0$/, '');

/** Two units, the smaller one left out where it is zero: `2 min 5 s`, `2 min`. */
const inTwo = (count: number, size: number, large: string, small: string): string =>
  `${String(Math.floor(count / size))} ${large}${count % size === 0 ? '' : ` ${String(count % size)} ${small}`}`;

/** A duration: `3.4 ms`, `412 ms`, `3.1 s`, `2 min 5 s`, `1 h 30 min`. */
export function formatMs(ms: number): string {
  if (ms > 0 && ms < 0.05) return '< 0.1 ms';
  if (ms < 9.95) return `${tenths(ms)} ms`;
  if (ms < 999.5) return `${ms.toFixed(0)} ms`;
  const seconds = ms / 1000;
  if (seconds < 59.95) return `${tenths(seconds)} s`;
  const whole = Math.round(seconds);
  return whole < 3600 ? inTwo(whole, 60, 'min', 's') : inTwo(Math.round(whole / 60), 60, 'h', 'min');
}

/** How long something went on, to the second: `4 s`, `1 min 4 s`, `2 h 5 min`. */
export function formatSeconds(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds === 0 ? '0 s' : formatMs(seconds * 1000);
}

/** A running time as a clock: `00:12`, `1:02:03`. */
export function formatClock(ms: number): string {
  const seconds = Math.max(Math.floor(ms / 1000), 0);
  const two = (value: number): string => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return hours === 0 ? rest : `${String(hours)}:${rest}`;
}

/** A share from 0 to 1 as per cent: `31 %`, `0.4 %`, `< 0.1 %`. */
export function formatShare(share: number): string {
  const percent = share * 100;
  if (percent > 0 && percent < 0.05) return '< 0.1 %';
  return `${percent < 1 ? tenths(percent) : percent.toFixed(0)} %`;
}

/** A whole number with its thousands set apart: `12,345`. */
export const formatCount = (count: number): string => count.toFixed(0).replace(/\B(?=(\d{3})+(?!\d))/g, ',');

/** `1 block`, `1,204 blocks`; `plural` for nouns whose plural is not the noun with an s. */
export const counted = (count: number, noun: string, plural = `${noun}s`): string =>
  `${formatCount(count)} ${count === 1 ? noun : plural}`;
