import ts from 'typescript';
import { patternRisk } from '../code/patternRisk.ts';

/** The message about a regular expression; `isKnown`: the pattern itself is slow. */
export interface RegexAdvice {
  readonly message: string;
  readonly isKnown: boolean;
}

/** What a call that runs a regular expression costs, and what helps. `regex` is the expression as written. */
export function explainRegex(call: ts.CallExpression, callee: string, regex: string): RegexAdvice {
  const { pattern } = partsOf(regex);
  const risk = pattern === null ? null : patternRisk(pattern);
  const runs = `${callee}() runs the regular expression ${regex} here`;
  if (risk === null)
    return { message: `${runs}; only a worker that can be stopped bounds its time.`, isKnown: false };
  if (risk.kind === 'exponential') {
    const why = 'takes exponential time, because a repeated group repeats in itself';
    return { message: `${runs}. It ${why}: let each character match in one way only.`, isKnown: true };
  }
  const instead = insteadOf(call, regex);
  const advice =
    instead === null ? ': anchor it, or look at the text in a loop.' : `. ${instead}() gives the same here.`;
  return { message: `${runs}, which is quadratic on long runs of ${risk.run}${advice}`, isKnown: true };
}

function partsOf(regex: string): { readonly pattern: string | null; readonly flags: string } {
  const end = regex.lastIndexOf('/');
  const isLiteral = regex.startsWith('/') && end > 0;
  return isLiteral
    ? { pattern: regex.slice(1, end), flags: regex.slice(end + 1) }
    : { pattern: null, flags: '' };
}

/** The method of strings that does what taking a pattern out of a text does; null where there is none. */
export function insteadOf(call: ts.CallExpression, regex: string): string | null {
  const { pattern, flags } = partsOf(regex);
  const callee = call.expression;
  const name = ts.isPropertyAccessExpression(callee) ? callee.name.text : '';
  const by = call.arguments[1];
  const isRemoval =
    /^replace(?:All)?$/.test(name) && by !== undefined && ts.isStringLiteralLike(by) && by.text === '';
  if (!isRemoval || pattern === null || flags.includes('m')) return null;
  if (/^\\s[+*]\$$/.test(pattern)) return 'trimEnd';
  const isBothEnds = /^\^\\s[+*]\|\\s[+*]\$$/.test(pattern) || /^\\s[+*]\$\|\^\\s[+*]$/.test(pattern);
  return isBothEnds && flags.includes('g') ? 'trim' : null;
}
