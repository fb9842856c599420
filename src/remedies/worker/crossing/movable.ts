import ts from 'typescript';
import { err, ok } from '../../../base/result.ts';
import type { Result } from '../../../base/result.ts';
import { contains, isAsync } from '../../../code/scopes.ts';
import { isAssigned, isConstant, skipOuter } from '../../../code/bindings.ts';
import { isPure, pureGlobals } from '../../../code/pureExpression.ts';
import { namedFunctionOf } from '../../../code/namedFunction.ts';
import type { NamedFunction } from '../../../code/namedFunction.ts';
import { surroundingsOf } from './captures.ts';
import type { Capture } from './captures.ts';
import { firstOutsideWrite, isOutsideOf, isParameterOrOutside } from '../../../code/effects.ts';
import { isImport } from '../../../code/modules/importedName.ts';
import type { Refusal } from '../../plan.ts';
import { refuse } from '../../refuse.ts';
import { symbolOf } from '../../../code/sourceModel.ts';
import type { SourceModel } from '../../../code/sourceModel.ts';
import { answerObstacle } from './workerAnswer.ts';

/** Code that runs in the worker: a function, a class, or the value of a constant. */
export interface MovedCode {
  readonly model: SourceModel;
  readonly node: ts.Node;
}

/** Whether a global name means the same on every thread; clocks of threads start at different times. */
export const isPureGlobal = (name: string): boolean => pureGlobals.has(name) && name !== 'performance';

/** What a function needs in order to run on another thread. */
export interface Movable {
  /** Captures at the top level of its file: imports, functions, classes and constants, in the order they were found. */
  readonly captures: readonly Capture[];
  readonly code: readonly MovedCode[];
}

/** Something that has to be looked at, with the name that messages give it. */
interface Pending {
  readonly name: string;
  readonly node: ts.Node;
  /** Set for functions. */
  readonly named: NamedFunction | null;
}

/**
 * Checks that a function gives the same answer on another thread: it uses only its arguments, imports, constants and
 * functions that pass the same check, and changes nothing outside of itself. A `task` also has to answer with data.
 */
export function checkMovable(
  model: SourceModel,
  named: NamedFunction,
  role: 'task' | 'helper' = 'task',
): Result<Movable, Refusal> {
  const found = new Map<ts.Symbol, Capture>();
  const pending: Pending[] = [{ name: named.name, node: named.fn, named }];
  const seen = new Set<ts.Node>();
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (seen.has(next.node)) continue;
    seen.add(next.node);
    const isFirst = next.node === named.fn;
    const refusal = checkOne(model, next, isFirst, isFirst && role === 'task');
    if (refusal !== null) return refusal;
    for (const capture of surroundingsOf(model, next.node).captures) {
      if (found.has(capture.symbol) || isDeclaredBy(capture.declaration, named)) continue;
      const problem = checkCapture(model, capture);
      if (problem !== null) return problem;
      found.set(capture.symbol, capture);
      pending.push(...codeBehind(capture));
    }
  }
  return ok({ captures: [...found.values()], code: [...seen].map((node) => ({ model, node })) });
}

const isDeclaredBy = (declaration: ts.Declaration, { fn, statement }: NamedFunction): boolean =>
  declaration === fn || (declaration.pos >= statement.pos && declaration.end <= statement.end);

/** What a captured name makes run: a function, a class, or the value of a constant. */
function codeBehind({ declaration, name }: Capture): readonly Pending[] {
  if (isImport(declaration)) return [];
  const inner = namedFunctionOf(declaration);
  if (inner !== null) return [{ name, node: inner.fn, named: inner }];
  const value = ts.isVariableDeclaration(declaration) ? declaration.initializer : undefined;
  return [{ name, node: value ?? declaration, named: null }];
}

function checkOne(
  model: SourceModel,
  { name, node, named }: Pending,
  isFirst: boolean,
  isTask: boolean,
): Result<never, Refusal> | null {
  if (named !== null && (isAsync(named.fn) || named.fn.asteriskToken !== undefined) && isFirst) {
    const message = `${name} is not a plain function that only computes its result.`;
    return refuse(model, node, 'function-not-importable', message);
  }
  const foreign = checkSurroundings(model, name, node, named !== null);
  if (foreign !== null) return foreign;
  // What a helper changes of its arguments counts where it is called.
  const isOutside = named !== null && isFirst ? isParameterOrOutside(named.fn) : isOutsideOf(node);
  const write = firstOutsideWrite(model, node, isOutside);
  if (write !== null) {
    const text = write.getText(model.file).replace(/\s+/g, ' ').slice(0, 40);
    const message = `${name} changes an object of its caller (${text}); in a worker it would change a copy.`;
    return refuse(model, write, 'writes-captured-variable', message);
  }
  const state = named === null ? null : ownState(model, named);
  if (state !== null) return mutable(model, state, name);
  const obstacle = named === null ? null : answerObstacle(model, named, isTask);
  return obstacle === null ? null : err(obstacle);
}

/** Refuses `this`, `arguments` and globals that act on the process. */
function checkSurroundings(
  model: SourceModel,
  name: string,
  node: ts.Node,
  isFunction: boolean,
): Result<never, Refusal> | null {
  const { globals, bound } = surroundingsOf(model, node);
  const [own] = ts.isClassLike(node) ? [] : bound;
  if (own !== undefined || (isFunction && usesThis(node))) {
    const message = `${name} uses ${own?.getText() ?? 'this'}, which a worker does not have.`;
    return refuse(model, own ?? node, 'depends-on-this', message);
  }
  const strange = globals.find(({ text }) => !isPureGlobal(text));
  if (strange === undefined) return null;
  const message = `${name} uses ${strange.text}, which acts on this process or is not known to be the same in a worker.`;
  return refuse(model, strange, 'side-effect', message);
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
    const message = `${name} is compared by identity; in a worker it is another object.`;
    return refuse(model, compared, 'compares-identity', message);
  }
  if (isImport(declaration)) return null;
  if (namedFunctionOf(declaration) !== null || ts.isClassDeclaration(declaration)) {
    const state = isAssigned(model, symbol) ? declaration : stateOn(model, symbol);
    return state === null ? null : mutable(model, state, name);
  }
  if (ts.isEnumDeclaration(declaration)) {
    return declaration.members.every(({ initializer }) => initializer === undefined || isPure(initializer))
      ? null
      : mutable(model, declaration, name);
  }
  const isTopConstant =
    ts.isVariableDeclaration(declaration) &&
    ts.isSourceFile(declaration.parent.parent.parent) &&
    isConstant(model, declaration) &&
    declaration.initializer !== undefined &&
    isPure(declaration.initializer);
  return isTopConstant ? null : mutable(model, declaration, name);
}

/** Where something is kept on the function itself. */
function ownState(model: SourceModel, { fn }: NamedFunction): ts.Node | null {
  const holder = ts.isVariableDeclaration(fn.parent) ? fn.parent : fn;
  const symbol = holder.name === undefined ? undefined : model.checker.getSymbolAtLocation(holder.name);
  return symbol === undefined ? null : stateOn(model, symbol);
}

/** Where a function or class is used to keep something: `next.last = 1`. */
const stateOn = (model: SourceModel, symbol: ts.Symbol): ts.Node | null =>
  firstOutsideWrite(
    model,
    model.file,
    (each) => each === symbol,
    (write) => !isElsewhere(model, symbol, write),
  );

/** Whether a write goes to a global, or to `this` of something else. */
function isElsewhere(model: SourceModel, symbol: ts.Symbol, write: ts.Node): boolean {
  if (!ts.isBinaryExpression(write)) return false;
  let target = skipOuter(write.left);
  while (ts.isPropertyAccessExpression(target) || ts.isElementAccessExpression(target))
    target = skipOuter(target.expression);
  if (ts.isIdentifier(target)) return symbolOf(model, target) === undefined;
  const own = (symbol.declarations ?? []).some((each) => contains(each, write));
  return target.kind === ts.SyntaxKind.ThisKeyword && !own;
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

/** Why a captured name is refused whose value is not the same on every thread. */
export const mutable = (model: SourceModel, node: ts.Node, name: string): Result<never, Refusal> =>
  refuse(
    model,
    node,
    'writes-captured-variable',
    `What ${name} holds changes while the program runs, so a worker would have another ${name}.`,
  );
