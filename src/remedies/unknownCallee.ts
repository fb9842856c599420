import ts from 'typescript';
import type { Result } from '../base/result.ts';
import { moduleRefOf, skipOuter } from '../code/bindings.ts';
import { exportedFunction } from '../code/modules/exportedFunction.ts';
import { importedName } from '../code/modules/importedName.ts';
import { fileAlone } from '../code/modules/projectSources.ts';
import type { ProjectSources } from '../code/modules/projectSources.ts';
import type { Refusal } from './plan.ts';
import { adviceForLoop } from './adviceOf.ts';
import { explainRegex } from './explainRegex.ts';
import { refuse } from './refuse.ts';
import { modelSource, symbolOf } from '../code/sourceModel.ts';
import type { SourceModel } from '../code/sourceModel.ts';

/** Classes whose objects live on one thread only. */
const handles: Readonly<Record<string, string>> = {
  'sqlite|DatabaseSync': 'a node:sqlite database',
  'better-sqlite3|': 'a better-sqlite3 database',
};

const regexMethods = new Set([
  'test',
  'exec',
  'match',
  'matchAll',
  'replace',
  'replaceAll',
  'search',
  'split',
]);

/** Why a call that the catalog does not know cannot be moved as it is: its receiver, a regular expression, or plain ignorance. */
export function explainUnknownCallee(
  model: SourceModel,
  call: ts.CallExpression,
  project: ProjectSources = fileAlone,
): Result<never, Refusal> {
  const callee = skipOuter(call.expression);
  const text = callee.getText(model.file).replace(/\s+/g, ' ').slice(0, 60);
  const handle =
    cryptoHandle(model, call) ??
    (ts.isPropertyAccessExpression(callee) ? handleOf(model, callee.expression) : null);
  if (handle !== null) {
    const name = ts.isPropertyAccessExpression(callee) ? callee.name.text : text;
    const message = `${name}() works on ${handle}, which cannot be sent to another thread: open it in the worker that uses it.`;
    return refuse(model, call, 'handle-cannot-cross-threads', message);
  }
  const regex = regexOf(model, call);
  if (regex !== null) {
    const { message, isKnown } = explainRegex(call, text, regex);
    return refuse(model, call, isKnown ? 'slow-pattern' : 'regex-cannot-move', message);
  }
  if (isCatalogTwin(model, call)) {
    const advice = adviceForLoop(call);
    const message = `${text}() does not block the event loop itself.${advice === null ? '' : ` ${advice}`}`;
    return refuse(model, call, 'not-blocking', message);
  }
  if (isOwnFunction(project, model, callee)) {
    const message = `${text}() is a function of this project, so it has no asynchronous version. The remedy for it is the move to a worker.`;
    return refuse(model, call, 'unsupported-remedy', message);
  }
  return refuse(model, call, 'unknown-callee', `Offloop knows no asynchronous version of ${text}().`);
}

/** Whether a callee is a function that the project itself declares, in this file or in one that it imports. */
function isOwnFunction(project: ProjectSources, model: SourceModel, callee: ts.Expression): boolean {
  const imported = importedName(project, model, callee);
  if (imported !== null)
    return exportedFunction(project, modelSource(imported.source), imported.exportName) !== null;
  const name = ts.isPropertyAccessExpression(callee) ? callee.name : callee;
  const symbol = ts.isIdentifier(name) ? symbolOf(model, name) : undefined;
  const [declaration] = (symbol ?? model.checker.getSymbolAtLocation(name))?.declarations ?? [];
  if (declaration === undefined) return false;
  const value =
    ts.isVariableDeclaration(declaration) || ts.isPropertyAssignment(declaration)
      ? declaration.initializer && skipOuter(declaration.initializer)
      : declaration;
  return value !== undefined && ts.isFunctionLike(value) && 'body' in value && value.body !== undefined;
}

function isCatalogTwin(model: SourceModel, call: ts.CallExpression): boolean {
  const module = moduleRefOf(model, call.expression)?.module;
  const isAwaited = ts.isAwaitExpression(call.parent) || adviceForLoop(call) !== null;
  return isAwaited || module === 'fs/promises' || module === 'timers/promises';
}

/** Follows a receiver (`db.prepare(sql).all` → `db`) to the construction of an object that is bound to its thread. */
function handleOf(model: SourceModel, receiver: ts.Expression, depth = 0): string | null {
  const node = skipOuter(receiver);
  if (depth > 8) return null;
  if (ts.isNewExpression(node)) {
    const ref = moduleRefOf(model, node.expression);
    return ref === undefined ? null : (handles[`${ref.module}|${ref.path.join('.')}`] ?? null);
  }
  if (ts.isCallExpression(node)) {
    return cryptoHandle(model, node) ?? statementHandle(node) ?? handleOf(model, node.expression, depth + 1);
  }
  if (ts.isPropertyAccessExpression(node)) {
    return propertyHandle(model, node.name.text, depth) ?? handleOf(model, node.expression, depth + 1);
  }
  if (!ts.isIdentifier(node)) return null;
  const declaration = symbolOf(model, node)?.declarations?.[0];
  if (declaration === undefined || !ts.isVariableDeclaration(declaration)) return null;
  return declaration.initializer === undefined ? null : handleOf(model, declaration.initializer, depth + 1);
}

const cryptoFactories = /^create(Hash|Hmac|Cipheriv|Decipheriv|Sign|Verify|ECDH|DiffieHellman)$/;

function cryptoHandle(model: SourceModel, call: ts.CallExpression): string | null {
  const ref = moduleRefOf(model, call.expression);
  const name = ref?.path.join('.') ?? '';
  return ref?.module === 'crypto' && cryptoFactories.test(name) ? `the object crypto.${name}() made` : null;
}

/** `anything.prepare(sql)`: both SQLite libraries name it so, wherever their database was opened. */
const statementHandle = ({ expression, arguments: given }: ts.CallExpression): string | null =>
  ts.isPropertyAccessExpression(expression) && expression.name.text === 'prepare' && given.length === 1
    ? 'a prepared statement of a database'
    : null;

/** What `this.db` or `holder.db` was assigned anywhere in the file. */
function propertyHandle(model: SourceModel, name: string, depth: number): string | null {
  const visit = (node: ts.Node): string | undefined => {
    const value = assignedValue(node, name);
    return (value && handleOf(model, value, depth + 4)) ?? ts.forEachChild(node, visit);
  };
  return visit(model.file) ?? null;
}

function assignedValue(node: ts.Node, name: string): ts.Expression | undefined {
  if (ts.isPropertyDeclaration(node) && node.name.getText() === name) return node.initializer;
  const isAssignment = ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken;
  if (!isAssignment || !ts.isPropertyAccessExpression(node.left)) return undefined;
  return node.left.name.text === name ? node.right : undefined;
}

/** The regular expression a call runs, as text, or null. */
export function regexOf(model: SourceModel, call: ts.CallExpression): string | null {
  const callee = skipOuter(call.expression);
  if (!ts.isPropertyAccessExpression(callee) || !regexMethods.has(callee.name.text)) return null;
  const candidates = [callee.expression, ...call.arguments.slice(0, 1)];
  for (const each of candidates) {
    const literal = regexLiteral(model, each);
    if (literal !== null) return literal;
  }
  return null;
}

function regexLiteral(model: SourceModel, expression: ts.Expression): string | null {
  const node = skipOuter(expression);
  if (ts.isRegularExpressionLiteral(node)) return node.text;
  if (ts.isNewExpression(node) && node.expression.getText(model.file) === 'RegExp')
    return node.getText(model.file);
  if (!ts.isIdentifier(node)) return null;
  const declaration = symbolOf(model, node)?.declarations?.[0];
  if (declaration === undefined || !ts.isVariableDeclaration(declaration)) return null;
  return declaration.initializer === undefined ? null : regexLiteral(model, declaration.initializer);
}
