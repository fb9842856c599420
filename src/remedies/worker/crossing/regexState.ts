import ts from 'typescript';
import { referencesTo } from '../../../code/sourceModel.ts';
import type { SourceModel } from '../../../code/sourceModel.ts';

/** Methods of texts that begin at the start of the text, whatever the expression did before. */
const startingOver = /^(replace|replaceAll|split|search|match)$/;

/**
 * The use of a regular expression that keeps its place between calls: `exec` and `test` with flag g or y go on where they
 * stopped, and `lastIndex` tells where. Null where no use of it does; `replace` with flag g starts over each time.
 */
export function keepsPlace(
  model: SourceModel,
  symbol: ts.Symbol,
  literal: ts.RegularExpressionLiteral,
): ts.Identifier | null {
  const flags = literal.text.slice(literal.text.lastIndexOf('/') + 1);
  if (!/[gy]/.test(flags)) return null;
  const isGlobal = flags.includes('g');
  return referencesTo(model, symbol).find((each) => !startsOver(each, isGlobal)) ?? null;
}

function startsOver(use: ts.Identifier, isGlobal: boolean): boolean {
  const call = use.parent;
  if (!ts.isCallExpression(call) || call.arguments[0] !== use) return false;
  const callee = call.expression;
  if (!ts.isPropertyAccessExpression(callee) || !startingOver.test(callee.name.text)) return false;
  // Without g, a sticky expression looks for its place in `replace` and `match`, too.
  return isGlobal || /^(split|search)$/.test(callee.name.text);
}
