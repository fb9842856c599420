import ts from 'typescript';
import { skipOuter } from '../../code/bindings.ts';
import type { SourceModel } from '../../code/sourceModel.ts';
import { isMethodOfPlainValues } from './crossing/unknownMethods.ts';
import { valueKind } from './crossing/valueKind.ts';

/** Methods whose first argument is called. */
const callingFirst =
  /^(map|filter|flatMap|reduce|reduceRight|some|every|find|findIndex|findLast|findLastIndex|forEach|sort|toSorted|then|catch|finally)$/;
/** Methods whose second argument may be called. */
const callingSecond = /^(replace|replaceAll|from)$/;

/** The member chain that starts at a name, up to and without the method that is called. */
export function chainOf(name: ts.Identifier): ts.Expression {
  let node: ts.Expression = name;
  while (
    ts.isPropertyAccessExpression(node.parent) &&
    node.parent.expression === node &&
    node.parent.questionDotToken === undefined
  ) {
    const isCallee = ts.isCallExpression(node.parent.parent) && node.parent.parent.expression === node.parent;
    if (isCallee) break;
    node = node.parent;
  }
  return node;
}

/** The function that a use of a name stands for where it is called or handed on as a callback; null where it is data. */
export function functionUse(model: SourceModel, name: ts.Identifier): ts.Expression | null {
  const chain = chainOf(name);
  const { parent } = chain;
  if (ts.isCallExpression(parent)) return asArgument(model, parent, chain);
  const isMethod =
    ts.isPropertyAccessExpression(parent) &&
    parent.expression === chain &&
    ts.isCallExpression(parent.parent) &&
    parent.parent.expression === parent;
  return isMethod && !isMethodOfPlainValues(parent.name.text) ? parent : null;
}

function asArgument(model: SourceModel, call: ts.CallExpression, chain: ts.Expression): ts.Expression | null {
  if (call.expression === chain) return chain;
  const callee = skipOuter(call.expression);
  const method = ts.isPropertyAccessExpression(callee) ? callee.name.text : '';
  const index = call.arguments.indexOf(chain);
  const isCalled = (index === 0 && callingFirst.test(method)) || (index === 1 && callingSecond.test(method));
  if (!isCalled) return null;
  const { kind } = valueKind(model, chain);
  return kind === 'primitive' || kind === 'plain' ? null : chain;
}
