/** The value below which a share of the sorted values lies; null without values. */
export function quantile(values: readonly number[], share: number): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? null;
}

/** The median; null without values. */
export function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle];
  if (upper === undefined) return null;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}

/** A source of numbers in [0, 1) that gives the same ones for the same seed. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    // Mulberry32, a generator of public domain arithmetic.
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The 95 % interval of the median by resampling, deterministic. */
export function medianInterval(values: readonly number[]): readonly [number, number] | null {
  if (values.length === 0) return null;
  const random = seeded(1);
  const medians = Array.from({ length: 2000 }, () => {
    const drawn = values.map(() => values[Math.floor(random() * values.length)] ?? 0);
    return median(drawn) ?? 0;
  });
  return [quantile(medians, 0.025) ?? 0, quantile(medians, 0.975) ?? 0];
}
