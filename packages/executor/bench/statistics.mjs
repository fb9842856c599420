/** Median and its distribution-free 95 % interval (order statistics by the binomial distribution). */
export function medianInterval(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const n = sorted.length;
  const median = n % 2 === 1 ? sorted[(n - 1) / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
  // The widest tail whose probability is still at most 2.5 %.
  let tail = 0;
  let probability = 0.5 ** n;
  let cumulative = probability;
  while (cumulative <= 0.025 && tail < n / 2) {
    tail++;
    probability *= (n - tail + 1) / tail;
    cumulative += probability;
  }
  const skip = Math.max(tail - 1, 0);
  return { median, low: sorted[skip], high: sorted[n - 1 - skip] };
}

/** A small generator of numbers in [0, 1) that gives the same ones for the same seed. */
export function seededRandom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The list in random order. */
export function shuffle(list, random) {
  const copy = [...list];
  for (let i = copy.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [copy[i], copy[j]] = [copy[j], copy[i]];
  }
  return copy;
}
