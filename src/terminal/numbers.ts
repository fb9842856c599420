/** A duration for people: `3.4 ms`, `412 ms`, `3.1 s`, `2 min 5 s`. */
export function formatMs(ms: number): string {
  if (ms < 9.95) return `${ms.toFixed(1)} ms`;
  if (ms < 999.5) return `${ms.toFixed(0)} ms`;
  const seconds = ms / 1000;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${String(Math.floor(whole / 60))} min ${String(whole % 60)} s`;
}

/** A whole number with its thousands set apart: `12,345`. */
export const formatCount = (count: number): string => count.toFixed(0).replace(/\B(?=(\d{3})+(?!\d))/g, ',');

/** `1 block`, `1,204 blocks`; `plural` for nouns whose plural is not the noun with an s. */
export const counted = (count: number, noun: string, plural = `${noun}s`): string =>
  `${formatCount(count)} ${count === 1 ? noun : plural}`;
