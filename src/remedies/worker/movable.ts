import ts from 'typescript';
import { err, ok } from '../../base/result.ts';
import type { Result } from '../../base/result.ts';
import { isAssigned, isConstant, skipOuter } from '../../code/bindings.ts';
import { isImport } from '../../code/importedName.ts';
import { namedFunctionOf } from '../../code/namedFunction.ts';
import type { NamedFunction } from '../../code/namedFunction.ts';
import { isPure, pureGlobals } from '../../code/pureExpression.ts';
import { isAsync } from '../../code/scopes.ts';
import { surroundingsOf } from './captures.ts';
import type { Capture } from './captures.ts';
import { firstOutsideWrite, isParameterOrOutside } from '../../code/effects.ts';
import type { Refusal } from '../plan.ts';
import { refuse } from '../refuse.ts';
import type { SourceModel } from '../../code/sourceModel.ts';
import { answerObstacle } from './workerAnswer.ts';

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
