/** Fewer than this on a side differ by chance. */
const leastTimes = 5;
/** Changes of the usual length within this factor are noise. */
const noise = 1.25;
/** Standard deviations of the rank sum: further out is chance once in about a thousand. */
const leastDeviation = 3.3;

/** How the times of one call compare with those of an earlier recording, in ms. */
export function compareTimes(
  before: readonly number[],
  after: readonly number[],
): 'faster' | 'same' | 'slower' {
  if (before.length < leastTimes || after.length < leastTimes) return 'same';
  const ratio = median(after) / median(before);
  if (ratio < noise && ratio > 1 / noise) return 'same';
  if (Math.abs(deviation(before, after)) < leastDeviation) return 'same';
  return ratio > 1 ? 'slower' : 'faster';
}

/** The usual one of some times; 0 without any. */
export function median(times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}

/** The rank sum of the later times (Mann and Whitney), in standard deviations from what chance gives. */
function deviation(before: readonly number[], after: readonly number[]): number {
  const all = [...before.map((ms) => ({ ms, later: false })), ...after.map((ms) => ({ ms, later: true }))];
  all.sort((a, b) => a.ms - b.ms);
  let rankSum = 0;
  for (let first = 0; first < all.length;) {
    let end = first + 1;
    while (end < all.length && all[end]?.ms === all[first]?.ms) end += 1;
    // Equal times share the mean of their ranks, which count from 1.
    const rank = (first + 1 + end) / 2;
    rankSum += rank * all.slice(first, end).filter(({ later }) => later).length;
    first = end;
  }
  const [m, n] = [before.length, after.length];
  const expected = (n * (m + n + 1)) / 2;
  return (rankSum - expected) / Math.sqrt((m * n * (m + n + 1)) / 12);
}
