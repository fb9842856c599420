import ts from 'typescript';
import { contains, enclosingFunction } from '../../../code/scopes.ts';
import { isAssignmentOperator, skipOuter } from '../../../code/bindings.ts';
import { isPlainClass } from '../cloneability.ts';
import {
  changedParameters,
  firstOutsideWrite,
  givesShared,
  isMutator,
  isOutsideOf,
  isParameterOrOutside,
} from '../../../code/effects.ts';
import type { NamedFunction } from '../../../code/namedFunction.ts';
import type { Refusal } from '../../plan.ts';
import { refusalAt } from '../../refuse.ts';
import { referencesTo, symbolOf } from '../../../code/sourceModel.ts';
import { functionNamed } from '../../../code/sharing.ts';
import { isPrimitiveType } from './typeKind.ts';
import { answersOf } from '../../../code/answersOf.ts';
import { valueKind } from './valueKind.ts';
import type { SourceModel } from '../../../code/sourceModel.ts';

/**
 * Why a value that a function throws, or returns as a task, would come back from a worker as something else; null if it
 * would not.
 */
export function answerObstacle(
  model: SourceModel,
  { name, fn }: NamedFunction,
  isTask: boolean,
): Refusal | null {
  for (const answer of isTask ? answersOf(fn) : []) {
    const culprit = strangeAnswer(model, answer) ?? certainLoss(model, answer, fn);
    if (culprit !== null) {
      const message = `${name} gives ${culprit.what}, which ${culprit.fate}.`;
      return refusalAt(model, culprit.node, 'result-cannot-be-cloned', message);
    }
  }
  const thrown = ownErrorIn(model, fn);
  if (thrown === null) return null;
  const message = `${name} throws ${thrown.expression.getText(model.file)}, which comes back from a worker as a plain Error: ask for its code or message instead of its class first.`;
  return refusalAt(model, thrown, 'error-shape-differs', message);
}

/** Whether what a function gives is, or holds, what it was passed or what lives outside of it. */
export function givesItsInput(model: SourceModel, { fn }: NamedFunction, isGivenObjects: boolean): boolean {
  const isOutside = isGivenObjects ? isParameterOrOutside(fn) : isOutsideOf(fn);
  if (fn.type !== undefined && isPrimitiveType(fn.type)) return false;
  return answersOf(fn).some(
    (answer) =>
      valueKind(model, answer, fn).kind !== 'primitive' && givesShared(model, fn, answer, isOutside),
  );
}

/** The place where the code around a call changes what the call gave; null where it only looks at it. */
export function changeOfResult(model: SourceModel, call: ts.CallExpression): ts.Node | null {
  const around = enclosingFunction(call);
  const { holder, node } = holderOf(call);
  if (ts.isVariableDeclaration(holder) && around !== null) {
    const names = namesIn(holder.name).map((each) => model.checker.getSymbolAtLocation(each));
    return firstOutsideWrite(model, around, (symbol) => names.includes(symbol));
  }
  if (!ts.isCallExpression(holder) || holder.expression === node) return changeInPlace(holder, node);
  const callee = skipOuter(holder.expression);
  const fn = ts.isIdentifier(callee) ? functionNamed(model, callee) : null;
  const isChanged = fn !== null && changedParameters(model, fn).has(holder.arguments.indexOf(node));
  return isChanged ? holder : null;
}

/** `find(rows).seen = true` and `find(rows).list.push(1)`. */
function changeInPlace(holder: ts.Node, node: ts.Expression): ts.Node | null {
  const target = ts.findAncestor(
    node,
    (each): each is ts.BinaryExpression | ts.CallExpression =>
      ts.isBinaryExpression(each) || (ts.isCallExpression(each) && each !== node),
  );
  if (target === undefined || !ts.isPropertyAccessExpression(holder)) return null;
  if (ts.isBinaryExpression(target))
    return isAssignmentOperator(target.operatorToken.kind) && contains(target.left, node) ? target : null;
  const callee = skipOuter(target.expression);
  return ts.isPropertyAccessExpression(callee) && isMutator(callee.name.text) && contains(callee, node)
    ? target
    : null;
}

/** What takes the value of a call: a declaration, another call, an operator. */
function holderOf(call: ts.CallExpression): { readonly holder: ts.Node; readonly node: ts.Expression } {
  let node: ts.Expression = call;
  while (
    ts.isParenthesizedExpression(node.parent) ||
    ts.isAwaitExpression(node.parent) ||
    ts.isAsExpression(node.parent) ||
    ts.isNonNullExpression(node.parent)
  )
    node = node.parent;
  return { holder: node.parent, node };
}

const byIdentity = /^(includes|indexOf|lastIndexOf|has|get|set|add|delete|is)$/;

/** Whether a value is looked for, kept by itself, or compared. */
function isCompared(value: ts.Node): boolean {
  const { parent } = value;
  if (ts.isBinaryExpression(parent)) {
    const other = parent.left === value ? parent.right : parent.left;
    return (
      /^[!=]==?$/.test(parent.operatorToken.getText()) &&
      !/^(null|undefined|true|false|-?\d+|["'`].*)$/.test(other.getText())
    );
  }
  return (
    ts.isCallExpression(parent) &&
    parent.expression !== value &&
    ts.isPropertyAccessExpression(parent.expression) &&
    byIdentity.test(parent.expression.name.text)
  );
}

/** The place where the code around a call asks whether the result is a certain object; null where it does not. */
export function comparisonOfResult(model: SourceModel, call: ts.CallExpression): ts.Node | null {
  const { holder, node } = holderOf(call);
  if (isCompared(node)) return holder;
  if (!ts.isVariableDeclaration(holder)) return null;
  const symbols = namesIn(holder.name).flatMap((each) => model.checker.getSymbolAtLocation(each) ?? []);
  return symbols.flatMap((each) => referencesTo(model, each)).find(isCompared)?.parent ?? null;
}

const namesIn = (name: ts.BindingName): readonly ts.Identifier[] =>
  ts.isIdentifier(name)
    ? [name]
    : name.elements.flatMap((each) => (ts.isBindingElement(each) ? namesIn(each.name) : []));

/** What an expression is certain to lose on its way from a worker; null where it may lose nothing. */
export function certainLoss(
  model: SourceModel,
  answer: ts.Expression,
  inside: ts.Node,
): StrangeAnswer | null {
  const value = valueKind(model, answer, inside);
  if (value.kind !== 'lossy' || !value.isCertain) return null;
  const { node, what } = value;
  return { node, what, fate: 'does not come back from a worker as it is' };
}

interface StrangeAnswer {
  readonly node: ts.Node;
  readonly what: string;
  readonly fate: string;
}

const stays = 'cannot come back from a worker';
const iterators = new Set(['keys', 'values', 'entries', 'matchAll', 'segment']);

function strangeAnswer(model: SourceModel, answer: ts.Expression, depth = 0): StrangeAnswer | null {
  const node = skipOuter(answer);
  if (ts.isArrowFunction(node) || ts.isFunctionExpression(node) || ts.isClassExpression(node))
    return { node, what: 'a function', fate: stays };
  if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
    const { name, expression } = node.expression;
    if (iterators.has(name.text) && expression.getText() !== 'Object')
      return { node, what: 'an iterator', fate: stays };
  }
  const made = instanceIn(model, node);
  if (made !== null) {
    const what = `an instance of ${made.expression.getText(model.file)}`;
    return { node: made, what, fate: 'comes back from a worker as a plain object' };
  }
  if (!ts.isIdentifier(node) || depth > 2) return null;
  const declaration = symbolOf(model, node)?.valueDeclaration;
  const initializer =
    declaration !== undefined && ts.isVariableDeclaration(declaration) ? declaration.initializer : undefined;
  return initializer === undefined ? null : strangeAnswer(model, initializer, depth + 1);
}

/** `new Row(…)` anywhere in an expression, callbacks such as that of `map` included. */
function instanceIn(model: SourceModel, root: ts.Node): ts.NewExpression | null {
  const visit = (node: ts.Node): ts.NewExpression | undefined => {
    if (ts.isNewExpression(node)) return isPlainClass(model, node) ? undefined : node;
    // What a method of an object gives is another question than the object.
    return ts.isPropertyAccessExpression(node) && ts.isNewExpression(skipOuter(node.expression))
      ? undefined
      : ts.forEachChild(node, visit);
  };
  return visit(root) ?? null;
}

const errorsOfTheLanguage = /^(Error|TypeError|RangeError|SyntaxError|EvalError|URIError|AggregateError)$/;

function ownErrorIn(model: SourceModel, fn: ts.Node): ts.NewExpression | null {
  const visit = (node: ts.Node): ts.NewExpression | undefined => {
    const thrown = ts.isThrowStatement(node) ? skipOuter(node.expression) : undefined;
    if (thrown !== undefined && ts.isNewExpression(thrown)) {
      const name = thrown.expression;
      const isOwn = ts.isIdentifier(name) && symbolOf(model, name) !== undefined;
      if (isOwn || !errorsOfTheLanguage.test(name.getText(model.file))) return thrown;
    }
    return ts.forEachChild(node, visit);
  };
  return visit(fn) ?? null;
}
