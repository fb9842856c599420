import ts from 'typescript';
import { enclosingFunction } from '../../code/scopes.ts';
import { skipOuter } from '../../code/bindings.ts';
import { isPlainClass } from './cloneability.ts';
import { firstOutsideWrite, givesShared, isParameterOrOutside } from '../../code/effects.ts';
import type { NamedFunction } from '../../code/namedFunction.ts';
import type { Refusal } from '../plan.ts';
import { refusalAt } from '../refuse.ts';
import { symbolOf } from '../../code/sourceModel.ts';
import type { SourceModel } from '../../code/sourceModel.ts';

/** What a user is told where a result is the very object that was passed, which a worker can only copy. */
export const copiesWarning =
  'The result holds copies of what was passed, not the objects themselves: they are no longer equal by ===.';

/** Why what a function gives or throws would come back from a worker as something else; null when it would not. */
export function answerObstacle(model: SourceModel, { name, fn }: NamedFunction): Refusal | null {
  for (const answer of answersOf(fn)) {
    const culprit = strangeAnswer(model, answer);
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
export function givesItsInput(model: SourceModel, { fn }: NamedFunction): boolean {
  const { checker } = model;
  const signature = checker.getSignatureFromDeclaration(fn);
  if (signature !== undefined && isPrimitive(checker.getReturnTypeOfSignature(signature))) return false;
  return answersOf(fn).some(
    (answer) =>
      !isPrimitive(checker.getTypeAtLocation(answer)) &&
      givesShared(model, fn, answer, isParameterOrOutside(fn)),
  );
}

const primitives =
  ts.TypeFlags.StringLike |
  ts.TypeFlags.NumberLike |
  ts.TypeFlags.BigIntLike |
  ts.TypeFlags.BooleanLike |
  ts.TypeFlags.VoidLike |
  ts.TypeFlags.Null;

/** Whether all values of a type are equal to their copies; what is not declared is not known to be. */
const isPrimitive = (type: ts.Type): boolean =>
  (type.isUnion() ? type.types : [type]).every(({ flags }) => (flags & primitives) !== 0);

/** The place where the code around a call changes what the call gave; null where it only looks at it. */
export function changeOfResult(model: SourceModel, call: ts.CallExpression): ts.Node | null {
  let node: ts.Node = call;
  while (!ts.isVariableDeclaration(node) && ts.isExpression(node)) node = node.parent;
  const around = enclosingFunction(call);
  if (!ts.isVariableDeclaration(node) || around === null) return null;
  const names = namesIn(node.name).map((each) => model.checker.getSymbolAtLocation(each));
  return firstOutsideWrite(model, around, (symbol) => names.includes(symbol));
}

const namesIn = (name: ts.BindingName): readonly ts.Identifier[] =>
  ts.isIdentifier(name)
    ? [name]
    : name.elements.flatMap((each) => (ts.isBindingElement(each) ? namesIn(each.name) : []));

/** The expressions that a function gives; those of functions nested in it are not its own. */
function answersOf(fn: NamedFunction['fn']): readonly ts.Expression[] {
  const { body } = fn;
  if (body === undefined) return [];
  if (!ts.isBlock(body)) return [body];
  const answers: ts.Expression[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isReturnStatement(node) && node.expression !== undefined) answers.push(node.expression);
    if (!ts.isFunctionLike(node)) ts.forEachChild(node, visit);
  };
  ts.forEachChild(body, visit);
  return answers;
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
