import ts from 'typescript';
import { answersOf } from './answersOf.ts';
import { skipOuter } from './bindings.ts';
import { copyingClasses } from './origin/knownCalls.ts';
import { symbolOf } from './sourceModel.ts';
import type { SourceModel } from './sourceModel.ts';

/** Methods that answer with a new collection holding the same elements. */
const copiers = new Set(
  'map filter slice concat toSorted toReversed toSpliced with flat flatMap keys values entries'.split(' '),
);

/** How far a value is shared with the outside: itself and all it holds, or only what it holds. */
export type Sharing = 'whole' | 'elements';

/** A function with a body of its own. */
export type OwnFunction = ts.FunctionDeclaration | ts.FunctionExpression | ts.ArrowFunction;

/** The function of the file that a name stands for. */
export function functionNamed(model: SourceModel, name: ts.Identifier): OwnFunction | null {
  const declaration = symbolOf(model, name)?.declarations?.[0];
  if (declaration === undefined) return null;
  if (ts.isFunctionDeclaration(declaration)) return declaration;
  const value =
    ts.isVariableDeclaration(declaration) && declaration.initializer !== undefined
      ? skipOuter(declaration.initializer)
      : undefined;
  return value !== undefined && (ts.isArrowFunction(value) || ts.isFunctionExpression(value)) ? value : null;
}

/** Whether an expression gives something that the outside has too. */
export function sharing(
  model: SourceModel,
  expression: ts.Expression,
  shared: ReadonlyMap<ts.Symbol, Sharing>,
  isOutside: (symbol: ts.Symbol) => boolean,
): Sharing | null {
  const node = skipOuter(expression);
  const of = (each: ts.Expression): Sharing | null => sharing(model, each, shared, isOutside);
  if (ts.isIdentifier(node)) {
    const symbol = symbolOf(model, node);
    if (symbol === undefined) return null;
    return isOutside(symbol) ? 'whole' : (shared.get(symbol) ?? null);
  }
  if (node.kind === ts.SyntaxKind.ThisKeyword) return 'whole';
  if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) {
    return of(node.expression) === null ? null : 'whole';
  }
  if (ts.isConditionalExpression(node)) return of(node.whenTrue) ?? of(node.whenFalse);
  if (ts.isBinaryExpression(node)) return passesOn(node) ? (of(node.left) ?? of(node.right)) : null;
  if (ts.isArrayLiteralExpression(node)) {
    return node.elements.some((each) => of(ts.isSpreadElement(each) ? each.expression : each) !== null)
      ? 'elements'
      : null;
  }
  if (ts.isObjectLiteralExpression(node))
    return node.properties.some((each) => heldIn(each).some((value) => of(value) !== null))
      ? 'elements'
      : null;
  if (ts.isNewExpression(node)) return sharingOfMade(node, of);
  if (!ts.isCallExpression(node)) return null;
  return sharingOfResult(node, of) ?? sharingOfAnswers(model, node, of);
}

/** What an object made by `new` shares with what it was given. */
function sharingOfMade(node: ts.NewExpression, of: (each: ts.Expression) => Sharing | null): Sharing | null {
  const name = node.expression.getText();
  if (copyingClasses.test(name)) return null;
  const isShared = node.arguments?.some(
    (each) => of(ts.isSpreadElement(each) ? each.expression : each) !== null,
  );
  if (isShared !== true) return null;
  return /^(Proxy|WeakRef)$/.test(name) ? 'whole' : 'elements';
}

const heldIn = (node: ts.ObjectLiteralElementLike): readonly ts.Expression[] => {
  if (ts.isSpreadAssignment(node)) return [node.expression];
  if (ts.isShorthandPropertyAssignment(node)) return [node.name];
  return ts.isPropertyAssignment(node) ? [node.initializer] : [];
};

/** What a function of the file answers with without being given it. */
function sharingOfAnswers(
  model: SourceModel,
  call: ts.CallExpression,
  of: (each: ts.Expression) => Sharing | null,
): Sharing | null {
  const callee = skipOuter(call.expression);
  const fn = ts.isIdentifier(callee) ? functionNamed(model, callee) : null;
  if (fn === null) return null;
  // Answers of other functions are not followed: two that call each other would never end.
  const isShared = answersOf(fn).some((each) => !ts.isCallExpression(skipOuter(each)) && of(each) !== null);
  return isShared ? 'whole' : null;
}

/** Whether an operator gives one of its sides; the others give numbers, texts and truth. */
export const passesOn = ({ operatorToken }: ts.BinaryExpression): boolean =>
  /^(\|\||&&|\?\?|,|=|\|\|=|&&=|\?\?=)$/.test(operatorToken.getText());

function sharingOfResult(
  call: ts.CallExpression,
  of: (each: ts.Expression) => Sharing | null,
): Sharing | null {
  const callee = skipOuter(call.expression);
  if (ts.isPropertyAccessExpression(callee)) {
    if (of(callee.expression) !== null) return copiers.has(callee.name.text) ? 'elements' : 'whole';
    if (callee.getText() === 'Object.assign' && call.arguments[0] !== undefined)
      return of(call.arguments[0]) ?? (call.arguments.some((each) => of(each) !== null) ? 'elements' : null);
    const isGlobal = /^(Object|Array)\.(keys|values|entries|from|of)$/.test(callee.getText());
    if (isGlobal) return call.arguments.some((each) => of(each) !== null) ? 'elements' : null;
    if (/^(Math|JSON|Number|String|Date)\./.test(callee.getText())) return null;
  }
  return call.arguments.some((each) => of(ts.isSpreadElement(each) ? each.expression : each) !== null)
    ? 'whole'
    : null;
}
