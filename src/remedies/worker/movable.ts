import ts from 'typescript';
import { err, ok } from '../../base/result.ts';
import type { Result } from '../../base/result.ts';
import { isAsync } from '../safety/awaitContext.ts';
import { isAssigned, isConstant, skipOuter } from '../../code/bindings.ts';
import { surroundingsOf } from './captures.ts';
import type { Capture } from './captures.ts';
import { firstOutsideWrite, isParameterOrOutside } from '../../code/effects.ts';
import type { Refusal } from '../plan.ts';
import { refuse } from '../refuse.ts';
import type { SourceModel } from '../../code/sourceModel.ts';
import { answerObstacle } from './workerAnswer.ts';

/** A function that can be called on its own: a declaration, or a constant holding a function. */
export interface NamedFunction {
  readonly name: string;
  readonly fn: ts.FunctionDeclaration | ts.FunctionExpression | ts.ArrowFunction;
  /** The top-level statement that declares it. */
  readonly statement: ts.FunctionDeclaration | ts.VariableStatement;
}

/** The function a top-level declaration stands for, or null. */
export function namedFunctionOf(declaration: ts.Declaration): NamedFunction | null {
  if (ts.isFunctionDeclaration(declaration)) {
    const { parent, name, body } = declaration;
    const isTop = ts.isSourceFile(parent) && name !== undefined && body !== undefined;
    return isTop ? { name: name.text, fn: declaration, statement: declaration } : null;
  }
  if (!ts.isVariableDeclaration(declaration) || !ts.isIdentifier(declaration.name)) return null;
  const value = declaration.initializer && skipOuter(declaration.initializer);
  if (value === undefined || !(ts.isArrowFunction(value) || ts.isFunctionExpression(value))) return null;
  const statement = declaration.parent.parent;
  const isTop = ts.isVariableStatement(statement) && ts.isSourceFile(statement.parent);
  return isTop ? { name: declaration.name.text, fn: value, statement } : null;
}

/** Globals that mean the same on every thread and do nothing to the outside. */
const pureGlobals = new Set(
  'undefined NaN Infinity Math JSON Object Array String Number Boolean Date RegExp Map Set WeakMap WeakSet BigInt Symbol Error TypeError RangeError SyntaxError parseInt parseFloat isNaN isFinite Intl Buffer URL URLSearchParams TextEncoder TextDecoder structuredClone encodeURIComponent decodeURIComponent encodeURI decodeURI escape unescape ArrayBuffer DataView Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array Float32Array Float64Array BigInt64Array BigUint64Array Reflect atob btoa performance'.split(
    ' ',
  ),
);

/**
 * Checks that a function gives the same answer on another thread: it uses only its arguments, imports, constants and
 * functions that pass the same check, changes nothing outside of itself, and answers with data.
 * @returns the captures at the top level of its file, functions and constants, in the order they were found
 */
export function checkMovable(model: SourceModel, named: NamedFunction): Result<readonly Capture[], Refusal> {
  const found = new Map<ts.Symbol, Capture>();
  const pending: NamedFunction[] = [named];
  const seen = new Set<ts.Node>();
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (seen.has(next.fn)) continue;
    seen.add(next.fn);
    const refusal = checkOne(model, next);
    if (refusal !== null) return refusal;
    for (const capture of surroundingsOf(model, next.fn).captures) {
      if (capture.declaration === next.statement) continue;
      const problem = checkCapture(model, capture);
      if (problem !== null) return problem;
      found.set(capture.symbol, capture);
      const inner = namedFunctionOf(capture.declaration);
      if (inner !== null) pending.push(inner);
    }
  }
  return ok([...found.values()]);
}

function checkOne(model: SourceModel, { name, fn, statement }: NamedFunction): Result<never, Refusal> | null {
  if (isAsync(fn) || fn.asteriskToken !== undefined) {
    return refuse(
      model,
      fn,
      'function-not-importable',
      `${name} is not a plain function that computes its answer.`,
    );
  }
  const { globals, bound } = surroundingsOf(model, fn);
  const [own] = bound;
  if (own !== undefined || usesThis(fn)) {
    return refuse(
      model,
      own ?? fn,
      'depends-on-this',
      `${name} uses ${own?.getText() ?? 'this'}, which a worker does not have.`,
    );
  }
  const strange = globals.find(({ text }) => !pureGlobals.has(text));
  if (strange !== undefined) {
    const message = `${name} uses ${strange.text}, which acts on this process or is not known to be the same in a worker.`;
    return refuse(model, strange, 'side-effect', message);
  }
  const write = firstOutsideWrite(model, fn, isParameterOrOutside(fn));
  if (write !== null) {
    const text = write.getText(model.file).replace(/\s+/g, ' ').slice(0, 40);
    const message = `${name} changes something of its caller (${text}); in a worker it would change a copy.`;
    return refuse(model, write, 'writes-captured-variable', message);
  }
  const obstacle = answerObstacle(model, { name, fn, statement });
  return obstacle === null ? null : err(obstacle);
}

/** `this` or `arguments` of the function itself; functions nested in it have their own. */
function usesThis(fn: ts.Node): boolean {
  const visit = (node: ts.Node): boolean => {
    if (node.kind === ts.SyntaxKind.ThisKeyword || (ts.isIdentifier(node) && node.text === 'arguments'))
      return true;
    if (node !== fn && ts.isFunctionLike(node) && !ts.isArrowFunction(node)) return false;
    return ts.forEachChild(node, visit) ?? false;
  };
  return visit(fn);
}

/** Captures may be imports, functions and constants of the file whose value nothing changes. */
function checkCapture(
  model: SourceModel,
  { name, symbol, declaration, uses }: Capture,
): Result<never, Refusal> | null {
  const compared = isObject(declaration) ? uses.find(isCompared) : undefined;
  if (compared !== undefined) {
    const message = `${name} is compared by identity, and a worker has another ${name}.`;
    return refuse(model, compared, 'compares-identity', message);
  }
  if (isImport(declaration) || namedFunctionOf(declaration) !== null) {
    return isImport(declaration) || !isAssigned(model, symbol) ? null : mutable(model, declaration, name);
  }
  if (ts.isClassDeclaration(declaration)) return null;
  const isTopConstant =
    ts.isVariableDeclaration(declaration) &&
    ts.isSourceFile(declaration.parent.parent.parent) &&
    isConstant(model, declaration) &&
    declaration.initializer !== undefined &&
    isPure(declaration.initializer);
  if (!isTopConstant) return mutable(model, declaration, name);
  const changed = firstOutsideWrite(model, model.file, (each) => each === symbol);
  return changed === null || changed === declaration.parent ? null : mutable(model, changed, name);
}

/** A constant that is equal to nothing but itself. */
function isObject(declaration: ts.Declaration): boolean {
  if (!ts.isVariableDeclaration(declaration) || declaration.initializer === undefined) return false;
  const value = skipOuter(declaration.initializer);
  return (
    ts.isObjectLiteralExpression(value) ||
    ts.isArrayLiteralExpression(value) ||
    ts.isNewExpression(value) ||
    (ts.isCallExpression(value) && value.expression.getText() === 'Symbol')
  );
}

const byIdentity = /^(includes|indexOf|lastIndexOf|has|is)$/;

function isCompared({ parent }: ts.Identifier): boolean {
  if (ts.isBinaryExpression(parent)) return /^[!=]==?$/.test(parent.operatorToken.getText());
  if (ts.isCaseClause(parent)) return true;
  return (
    ts.isCallExpression(parent) &&
    ts.isPropertyAccessExpression(parent.expression) &&
    byIdentity.test(parent.expression.name.text)
  );
}

const mutable = (model: SourceModel, node: ts.Node, name: string): Result<never, Refusal> =>
  refuse(
    model,
    node,
    'writes-captured-variable',
    `${name} is not a constant of this file, so a worker would see another ${name}.`,
  );

/** Whether a declaration brings in another module. */
export function isImport(declaration: ts.Node): boolean {
  if (
    ts.isImportSpecifier(declaration) ||
    ts.isImportClause(declaration) ||
    ts.isNamespaceImport(declaration)
  )
    return true;
  const variable = ts.isBindingElement(declaration) ? declaration.parent.parent : declaration;
  if (!ts.isVariableDeclaration(variable) || variable.initializer === undefined) return false;
  const call = skipOuter(variable.initializer);
  return (
    ts.isCallExpression(call) &&
    call.expression.getText() === 'require' &&
    ts.isSourceFile(variable.parent.parent.parent)
  );
}

/** Whether evaluating an expression only makes a value out of literals: no call but of a few known constructors. */
export function isPure(expression: ts.Expression): boolean {
  const node = skipOuter(expression);
  if (ts.isFunctionLike(node) || ts.isLiteralExpression(node) || ts.isIdentifier(node)) return true;
  if (/^(true|false|null)$/.test(node.getText())) return true;
  if (ts.isArrayLiteralExpression(node))
    return node.elements.every((each) => isPure(ts.isSpreadElement(each) ? each.expression : each));
  if (ts.isObjectLiteralExpression(node)) return node.properties.every(isPureProperty);
  if (ts.isTemplateExpression(node)) return node.templateSpans.every((span) => isPure(span.expression));
  if (ts.isPrefixUnaryExpression(node)) return isPure(node.operand);
  if (ts.isBinaryExpression(node)) return isPure(node.left) && isPure(node.right);
  if (ts.isConditionalExpression(node)) return [node.condition, node.whenTrue, node.whenFalse].every(isPure);
  if (ts.isPropertyAccessExpression(node)) return isPure(node.expression);
  if (ts.isNewExpression(node))
    return pureGlobals.has(node.expression.getText()) && (node.arguments ?? []).every(isPure);
  return ts.isCallExpression(node) && isPureCall(node);
}

const isPureProperty = (property: ts.ObjectLiteralElementLike): boolean =>
  ts.isMethodDeclaration(property) ||
  ts.isShorthandPropertyAssignment(property) ||
  (ts.isPropertyAssignment(property) && isPure(property.initializer)) ||
  (ts.isSpreadAssignment(property) && isPure(property.expression));

/** Methods of literals (`' '.repeat(9)`, `'a b'.split(' ')`) and of the pure namespaces. */
function isPureCall(call: ts.CallExpression): boolean {
  const callee = skipOuter(call.expression);
  if (!call.arguments.every(isPure)) return false;
  if (ts.isIdentifier(callee)) return pureGlobals.has(callee.text);
  if (!ts.isPropertyAccessExpression(callee)) return false;
  const root = skipOuter(callee.expression);
  if (ts.isIdentifier(root)) return pureGlobals.has(root.text);
  return isPure(root);
}
