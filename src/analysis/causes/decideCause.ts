import type { Cause } from '../../report/cause.ts';
import type { CausePath } from './causeRule.ts';
import { causeRules } from './causeRules.ts';
import { withoutLoaded } from './loading/moduleLoad.ts';

/**
 * The path without the functions of Node that only called the code that ran: a library's callback of `readFile` does
 * not read a file. These functions lie above the library's innermost function, or are the outermost of all.
 */
function withoutEntry(path: CausePath): CausePath {
  const { below, caller } = path;
  const ran = below.findIndex(({ kind }) => kind === 'dependency' || kind === 'generated');
  if (ran !== -1)
    return { ...path, below: below.filter(({ kind }, index) => index < ran || kind !== 'node') };
  const isEntered = caller === undefined && below.length > 1 && below.at(-1)?.kind === 'node';
  return isEntered ? { ...path, below: below.slice(0, -1) } : path;
}

/** The mechanism that kept the thread busy at a leaf; JavaScript of any origin is `cpu`. */
export function decideCause(path: CausePath): Cause {
  const called = withoutEntry(withoutLoaded(path));
  return causeRules.find((rule) => rule.applies(called))?.cause ?? 'cpu';
}
