import { seeded } from './statistics.ts';

/** One value for each dimension. */
export type Combination = readonly string[];

/**
 * Combinations in which every two values of different dimensions occur together at least once, as far as `isPossible`
 * allows. Greedy: of several random candidates the one that covers most is taken.
 */
export function pairwise(
  dimensions: readonly (readonly string[])[],
  isPossible: (combination: Combination) => boolean,
): readonly Combination[] {
  const random = seeded(7);
  const all = product(dimensions).filter(isPossible);
  const open = new Set(all.flatMap(pairsOf));
  const chosen: Combination[] = [];
  while (open.size > 0) {
    const best = all
      .map((combination) => ({
        combination,
        gain: pairsOf(combination).filter((pair) => open.has(pair)).length,
      }))
      .sort((a, b) => b.gain - a.gain || random() - 0.5)[0];
    if (best === undefined) break;
    chosen.push(best.combination);
    for (const pair of pairsOf(best.combination)) open.delete(pair);
  }
  return chosen;
}

function product(dimensions: readonly (readonly string[])[]): readonly Combination[] {
  return dimensions.reduce<readonly Combination[]>(
    (combinations, values) => combinations.flatMap((head) => values.map((value) => [...head, value])),
    [[]],
  );
}

const pairsOf = (combination: Combination): readonly string[] =>
  combination.flatMap((first, a) =>
    combination.slice(a + 1).map((second, b) => `${String(a)}=${first}&${String(a + b + 1)}=${second}`),
  );
