import ts from 'typescript';
import { ok } from '../../base/result.ts';
import type { Result } from '../../base/result.ts';
import { nameOfFunction, refuseSyncFunction } from '../safety/awaitContext.ts';
import { isAsync } from '../../code/scopes.ts';
import { declaredResults, hasNamedFunctionType, promiseEdits } from './declaredTypes.ts';
import type { Refusal, TextEdit } from '../plan.ts';
import { refuse } from '../refuse.ts';
import type { SourceModel } from '../../code/sourceModel.ts';

/** A function that can be made async by putting one word before it. */
export type PlainFunction =
  ts.FunctionDeclaration | ts.FunctionExpression | ts.ArrowFunction | ts.MethodDeclaration;

/** Names that the language or the runtime calls and whose answer it uses at once. */
const calledByLanguage = new Set(
  'toString valueOf toJSON then inspect constructor next return throw'.split(' '),
);

/** Whether a function is of a kind that can be async. */
export const isPlain = (fn: ts.Node): fn is PlainFunction =>
  ts.isFunctionDeclaration(fn) ||
  ts.isFunctionExpression(fn) ||
  ts.isArrowFunction(fn) ||
  ts.isMethodDeclaration(fn);

/** Accepts a function that may become async by itself; who calls it is another question. */
export function checkPlain(
  model: SourceModel,
  fn: ts.SignatureDeclaration | ts.ClassStaticBlockDeclaration,
): Result<PlainFunction, Refusal> {
  if (!isPlain(fn) || fn.asteriskToken !== undefined) return refuseSyncFunction(model, fn);
  const name = nameOfFunction(fn);
  const refused = (message: string): Result<never, Refusal> =>
    refuse(model, fn, 'caller-cannot-become-async', message);
  if (calledByLanguage.has(name) || (ts.isMethodDeclaration(fn) && ts.isComputedPropertyName(fn.name))) {
    return refused(`${name} is called by the language itself, which does not wait for it.`);
  }
  const syncName = syncNameOf(fn);
  if (syncName !== null) {
    const message = `${syncName} says in its name that it is synchronous, and its callers rely on that: call an asynchronous version of it instead.`;
    return refused(message);
  }
  if (fn.type !== undefined && ts.isTypePredicateNode(fn.type))
    return refused(`${name} narrows a type, which an async function cannot.`);
  if (usesAwaitAsName(fn)) return refused(`${name} uses await as a name, which an async function cannot.`);
  if (hasNamedFunctionType(fn)) {
    return refused(`${name} has a declared function type. Write its types on the function first.`);
  }
  return ts.isMethodDeclaration(fn) ? checkMethod(model, fn, name) : checkOverloads(model, fn, name);
}

/** The name of the synchronous half of an API, which the function has or is assigned to; null for any other name. */
function syncNameOf(fn: PlainFunction): string | null {
  const { parent } = fn;
  const isAssigned = ts.isBinaryExpression(parent) && ts.isPropertyAccessExpression(parent.left);
  const names = [nameOfFunction(fn), isAssigned ? parent.left.name.text : ''];
  return names.find((name) => /[a-z]Sync$/.test(name)) ?? null;
}

function checkOverloads(model: SourceModel, fn: PlainFunction, name: string): Result<PlainFunction, Refusal> {
  const declared =
    ts.isFunctionDeclaration(fn) && fn.name !== undefined
      ? model.checker.getSymbolAtLocation(fn.name)
      : undefined;
  const several = (declared?.declarations ?? []).filter(ts.isFunctionLike).length > 1;
  return several
    ? refuse(model, fn, 'caller-cannot-become-async', `${name} is declared more than once.`)
    : ok(fn);
}

/** Methods that a stream of Node calls and whose answer it does not wait for. */
const streamMethods = /^_(read|write|writev|transform|flush|final|destroy|construct)$/;

function checkMethod(
  model: SourceModel,
  fn: ts.MethodDeclaration,
  name: string,
): Result<PlainFunction, Refusal> {
  if (baseOf(fn) === null || !streamMethods.test(name)) return checkOverloads(model, fn, name);
  const message = `${name} belongs to the contract of a stream, which does not wait for it.`;
  return refuse(model, fn, 'caller-cannot-become-async', message);
}

/** What the class of a method extends or implements, as it is written; null for nothing. */
export function baseOf(fn: PlainFunction): string | null {
  const holder = fn.parent;
  if (!ts.isMethodDeclaration(fn) || !ts.isClassLike(holder) || holder.heritageClauses === undefined)
    return null;
  return holder.heritageClauses[0]?.types[0]?.expression.getText() ?? null;
}

/** Edits that make a function async: the keyword, and `Promise<…>` around its declared result. */
export function asyncEdits(model: SourceModel, fn: PlainFunction): readonly TextEdit[] {
  const at = keywordPlace(model, fn);
  const keyword = [{ path: model.path, start: at, end: at, text: 'async ' }];
  return isAsync(fn) ? [] : [...keyword, ...declaredResults(fn).flatMap((type) => promiseEdits(model, type))];
}

/** `var await = 2`, which scripts may write outside of async functions. */
function usesAwaitAsName(fn: ts.Node): boolean {
  const visit = (node: ts.Node): boolean =>
    (ts.isIdentifier(node) && node.text === 'await' && !ts.isPropertyAccessExpression(node.parent)) ||
    (ts.forEachChild(node, visit) ?? false);
  return visit(fn);
}

function keywordPlace(model: SourceModel, fn: PlainFunction): number {
  if (ts.isMethodDeclaration(fn)) return fn.name.getStart(model.file);
  if (!ts.isFunctionDeclaration(fn)) return fn.getStart(model.file);
  const keyword = fn.getChildren(model.file).find(({ kind }) => kind === ts.SyntaxKind.FunctionKeyword);
  return (keyword ?? fn).getStart(model.file);
}

/** Whether every answer of a function already is a promise, so that its callers treat it as one. */
export function givesPromise(fn: PlainFunction): boolean {
  if (isAsync(fn)) return true;
  const { body } = fn;
  if (body === undefined) return false;
  if (!ts.isBlock(body)) return isPromise(body);
  const returns: ts.ReturnStatement[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isReturnStatement(node)) returns.push(node);
    if (!ts.isFunctionLike(node)) ts.forEachChild(node, visit);
  };
  visit(body);
  const last = body.statements.at(-1);
  return (
    last !== undefined &&
    ts.isReturnStatement(last) &&
    returns.every(({ expression }) => expression !== undefined && isPromise(expression))
  );
}

function isPromise(node: ts.Expression): boolean {
  if (ts.isNewExpression(node)) return node.expression.getText() === 'Promise';
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return false;
  const { expression, name } = node.expression;
  return expression.getText() === 'Promise' || /^(then|catch|finally)$/.test(name.text);
}
