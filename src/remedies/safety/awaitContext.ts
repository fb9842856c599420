import ts from 'typescript';
import { ok } from '../../base/result.ts';
import type { Result } from '../../base/result.ts';
import { isAssignmentOperator } from '../../code/bindings.ts';
import type { Refusal } from '../plan.ts';
import { refuse } from '../refuse.ts';
import type { RefusalCode } from '../../report/refusalCode.ts';
import { contains, enclosingFunction, isAsync } from '../../code/scopes.ts';
import { referencesTo, symbolOf } from '../../code/sourceModel.ts';
import type { SourceModel } from '../../code/sourceModel.ts';

/** Callbacks of these array methods must answer at once; a promise would be taken as the answer. */
const syncCallbackMethods = new Set(
  'map filter some every find findIndex findLast findLastIndex reduce reduceRight flatMap forEach sort toSorted replace replaceAll'.split(
    ' ',
  ),
);

/**
 * Accepts a call where `await` may stand and keeps its meaning; otherwise says which construct stands in the way.
 * With `becomesAsync` the function around the call counts as async already.
 */
export function checkAwaitable(
  model: SourceModel,
  call: ts.CallExpression,
  becomesAsync = false,
): Result<null, Refusal> {
  if (call.questionDotToken !== undefined || ts.isOptionalChain(call)) {
    return refuse(
      model,
      call,
      'unsupported-call-form',
      'An optional call cannot be awaited without changing its meaning.',
    );
  }
  const member = ts.findAncestor(call, ts.isEnumMember);
  if (member !== undefined)
    return refuse(
      model,
      member,
      'unsupported-call-form',
      'A member of an enum cannot wait: compute its value first.',
    );
  const fn = enclosingFunction(call);
  const field = fieldAround(call, fn);
  if (field !== null) {
    return refuse(
      model,
      field,
      'in-class-field',
      'A class field is initialised synchronously: compute the value before the object is constructed.',
    );
  }
  if (fn === null) return checkTopLevel(model, call);
  if (!isAsync(fn) && !becomesAsync) return refuseSyncFunction(model, fn);
  return checkPlaceInFunction(model, call, fn);
}

/** The class field whose initial value the call computes, unless a function inside of that value does. */
function fieldAround(call: ts.Node, fn: ts.Node | null): ts.PropertyDeclaration | null {
  const field = ts.findAncestor(call, ts.isPropertyDeclaration);
  if (field?.initializer === undefined || !contains(field.initializer, call)) return null;
  return fn === null || contains(fn, field) ? field : null;
}

/** What may stand in the way of a wait inside a function that is, or becomes, async. */
function checkPlaceInFunction(
  model: SourceModel,
  call: ts.CallExpression,
  fn: ts.Node,
): Result<null, Refusal> {
  const parameter = ts.findAncestor(call, ts.isParameter);
  if (parameter?.parent === fn) {
    return refuse(
      model,
      parameter,
      'in-parameter-default',
      'A parameter default cannot wait: move the call into the body.',
    );
  }
  const exit = exitHandlerAround(fn);
  if (exit !== null) {
    return refuse(
      model,
      exit,
      'in-exit-handler',
      'Nothing runs asynchronously once the process exits: this call has to block.',
    );
  }
  return checkCompoundAssignment(model, call, fn);
}

function checkTopLevel(model: SourceModel, call: ts.CallExpression): Result<null, Refusal> {
  if (isCertainlyEsm(model)) return ok(null);
  const mayBeEsm = ts.isExternalModule(model.file) && !model.path.endsWith('.cts');
  const what = mayBeEsm
    ? 'This file may be compiled to a CommonJS module, whose top level cannot wait.'
    : 'The top level of a CommonJS module cannot wait.';
  const message = `${what} If it runs at start-up, it blocks no request.`;
  return refuse(model, call, 'top-level-await', message);
}

/** Whether top-level await is sure to work: by extension, or because the file already uses what only ESM has. */
export function isCertainlyEsm(model: SourceModel): boolean {
  if (/\.m[jt]s$/.test(model.path)) return true;
  if (/\.c[jt]s$/.test(model.path) || !ts.isExternalModule(model.file)) return false;
  return /\.jsx?$/.test(model.path) || usesImportMetaOrAwait(model.file);
}

function usesImportMetaOrAwait(file: ts.SourceFile): boolean {
  const visit = (node: ts.Node): boolean => {
    if (ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.ImportKeyword) return true;
    if (ts.isAwaitExpression(node) && enclosingFunction(node) === null) return true;
    return ts.forEachChild(node, visit) ?? false;
  };
  return visit(file);
}

/** Why a call cannot be awaited in a function that is not async: what kind of function it is. */
export function refuseSyncFunction(
  model: SourceModel,
  fn: ts.SignatureDeclaration | ts.ClassStaticBlockDeclaration,
): Result<never, Refusal> {
  const { code, message } = obstacleOf(fn);
  return refuse(model, fn, code, message);
}

interface Obstacle {
  readonly code: RefusalCode;
  readonly message: string;
}

function obstacleOf(fn: ts.SignatureDeclaration | ts.ClassStaticBlockDeclaration): Obstacle {
  const name = nameOfFunction(fn);
  if (ts.isClassStaticBlockDeclaration(fn)) {
    return {
      code: 'in-class-field',
      message: 'A static block runs synchronously while the class is defined.',
    };
  }
  if (ts.isConstructorDeclaration(fn)) {
    return {
      code: 'in-constructor',
      message: 'A constructor cannot wait: move the call into an async factory function.',
    };
  }
  if (ts.isAccessor(fn)) {
    return { code: 'in-accessor', message: `The accessor ${name} cannot wait: make it a method first.` };
  }
  if ('asteriskToken' in fn && fn.asteriskToken !== undefined) {
    const message = `The generator ${name} cannot wait: its consumers read it synchronously.`;
    return { code: 'in-generator', message };
  }
  const method = syncCallbackMethodOf(fn);
  if (method !== null) {
    const message = `This function is a callback of ${method}(), which uses its result at once: rewrite it as a for…of loop first.`;
    return { code: 'in-sync-callback', message };
  }
  const message = `${name} is not async: it and its callers would have to become async first.`;
  return { code: 'caller-must-become-async', message };
}

/** The method whose synchronous callback `fn` is, as in `list.map(fn)`, or null. */
export function syncCallbackMethodOf(fn: ts.Node): string | null {
  const call = fn.parent;
  if (!ts.isCallExpression(call) || !call.arguments.includes(fn as ts.Expression)) return null;
  if (!ts.isPropertyAccessExpression(call.expression)) return null;
  const name = call.expression.name.text;
  return syncCallbackMethods.has(name) ? name : null;
}

/** A name for messages: the function's own, the variable or property it is assigned to, or "This function". */
export function nameOfFunction(fn: ts.Node): string {
  const own =
    (fn as ts.NamedDeclaration).name ??
    ((fn.parent as ts.Node | undefined) && (fn.parent as ts.NamedDeclaration).name);
  return own !== undefined && (ts.isIdentifier(own) || ts.isPrivateIdentifier(own) || ts.isStringLiteral(own))
    ? own.text
    : 'This function';
}

function exitHandlerAround(fn: ts.Node): ts.CallExpression | null {
  const call = fn.parent;
  if (!ts.isCallExpression(call) || !ts.isPropertyAccessExpression(call.expression)) return null;
  const [event] = call.arguments;
  const isExit = event !== undefined && ts.isStringLiteralLike(event) && event.text === 'exit';
  return isExit && call.expression.expression.getText() === 'process' ? call : null;
}

/** `x += …` and its kin; `??=`, `||=` and `&&=` write a fresh value, so nothing is lost by them. */
function isReadModifyWrite(node: ts.Node): node is ts.BinaryExpression {
  if (!ts.isBinaryExpression(node)) return false;
  const { kind } = node.operatorToken;
  return isAssignmentOperator(kind) && !freshAssignments.has(kind);
}

const freshAssignments = new Set([
  ts.SyntaxKind.EqualsToken,
  ts.SyntaxKind.QuestionQuestionEqualsToken,
  ts.SyntaxKind.BarBarEqualsToken,
  ts.SyntaxKind.AmpersandAmpersandEqualsToken,
]);

/**
 * `total += await f()` reads `total` before it waits, so a change made meanwhile is lost. That is safe only for a local
 * variable that no other function touches.
 */
function checkCompoundAssignment(
  model: SourceModel,
  call: ts.CallExpression,
  fn: ts.Node,
): Result<null, Refusal> {
  const assignment = ts.findAncestor(call, isReadModifyWrite);
  if (assignment === undefined || enclosingFunction(assignment) !== fn || !contains(assignment.right, call))
    return ok(null);
  if (ts.isIdentifier(assignment.left) && isPrivateLocal(model, assignment.left, fn)) return ok(null);
  const target = assignment.left.getText();
  const message = `${target} is read before the wait and written after it, so a change in between would be lost. Compute the right side first.`;
  return refuse(model, assignment, 'shared-state-across-await', message);
}

/** Whether a variable lives in `fn` and no nested function reads or writes it. */
export function isPrivateLocal(model: SourceModel, name: ts.Identifier, fn: ts.Node): boolean {
  const symbol = symbolOf(model, name);
  const declaration = symbol?.declarations?.[0];
  if (symbol === undefined || declaration === undefined || enclosingFunction(declaration) !== fn)
    return false;
  return referencesTo(model, symbol).every((each) => enclosingFunction(each) === fn);
}
