/** Why a pattern may take very long on some texts. `run` says in words which characters in a row do it. */
export interface PatternRisk {
  readonly kind: 'exponential' | 'quadratic';
  readonly run: string;
}

/** One piece of a pattern with its quantifier; `inner` is what a group holds. */
interface Item {
  readonly atom: string;
  readonly quantifier: string;
  readonly inner: string | null;
}

const item =
  /(?<atom>\\[pP]\{[^}]*\}|\\.|\[(?:\\.|[^\]\\])*\]|[^\\[()|*+?])(?<quantifier>(?:[*+?]|\{\d+(?:,\d*)?\})\??)?/suy;
const quantifierAt = /(?:[*+?]|\{\d+(?:,\d*)?\})\??/y;

const isRepeated = (quantifier: string): boolean => /^(?:[*+]|\{\d+,\})/.test(quantifier);

/** Where the group ends that opens at an index. */
function groupEnd(pattern: string, open: number): number {
  let depth = 0;
  let isClass = false;
  for (let at = open; at < pattern.length; at += 1) {
    const char = pattern[at];
    if (char === '\\') at += 1;
    else if (char === '[') isClass = true;
    else if (char === ']') isClass = false;
    else if (!isClass && char === '(') depth += 1;
    else if (!isClass && char === ')' && (depth -= 1) === 0) return at;
  }
  return pattern.length;
}

/** The alternatives of a pattern, each as its items; null for a pattern that is not understood. */
function alternativesOf(pattern: string): readonly (readonly Item[])[] | null {
  const alternatives: Item[][] = [[]];
  for (let at = 0; at < pattern.length;) {
    if (pattern[at] === '|') {
      alternatives.push([]);
      at += 1;
      continue;
    }
    if (pattern[at] === '(') {
      const end = groupEnd(pattern, at);
      quantifierAt.lastIndex = end + 1;
      const quantifier = quantifierAt.exec(pattern)?.[0] ?? '';
      alternatives
        .at(-1)
        ?.push({ atom: pattern.slice(at, end + 1), quantifier, inner: pattern.slice(at + 1, end) });
      at = end + 1 + quantifier.length;
      continue;
    }
    item.lastIndex = at;
    const found = item.exec(pattern)?.groups;
    if (found === undefined) return null;
    const { atom = '', quantifier = '' } = found;
    alternatives.at(-1)?.push({ atom, quantifier, inner: null });
    at += atom.length + quantifier.length;
  }
  return alternatives;
}

const groupHead = /^\?(?:[:=!]|<[=!]|<\w+>)/;

/** Whether a repeated group consists of one repeated piece, so that a text can be divided among the rounds in many ways. */
function isExponential({ quantifier, inner }: Item): boolean {
  if (inner === null) return false;
  const alternatives = alternativesOf(inner.replace(groupHead, '')) ?? [];
  const isNested = alternatives.some(([first, ...rest]) => {
    if (first === undefined) return false;
    return isRepeated(first.quantifier) && rest.every((each) => /^[*?]/.test(each.quantifier));
  });
  return (isRepeated(quantifier) && isNested) || alternatives.some((items) => items.some(isExponential));
}

const words: Readonly<Record<string, string>> = {
  '\\s': 'spaces',
  ' ': 'spaces',
  '\\d': 'digits',
  '\\w': 'letters and digits',
  '.': 'any characters',
};

/** Whether a pattern is known to take very long on some texts; null where nothing is known of it. */
export function patternRisk(pattern: string): PatternRisk | null {
  const alternatives = alternativesOf(pattern);
  if (alternatives === null) return null;
  if (alternatives.some((items) => items.some(isExponential))) return { kind: 'exponential', run: '' };
  for (const [first, ...rest] of alternatives) {
    if (first === undefined || rest.length === 0 || first.inner !== null) continue;
    // Each start in a run is tried, and each goes through the rest of the run before it fails.
    if (isRepeated(first.quantifier))
      return { kind: 'quadratic', run: words[first.atom] ?? `\`${first.atom}\`` };
  }
  return null;
}
