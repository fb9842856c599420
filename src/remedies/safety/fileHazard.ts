import ts from 'typescript';
import { blockingCallOf } from '../../code/catalog/findBlockingCalls.ts';
import { assumptionAt } from '../assumption.ts';
import type { Assumption } from '../assumption.ts';
import { enclosingFunction } from '../../code/scopes.ts';
import { skipOuter } from '../../code/bindings.ts';
import { flowOf } from '../../code/flow/flow.ts';
import { symbolOf } from '../../code/sourceModel.ts';
import type { SourceModel } from '../../code/sourceModel.ts';

const readers = /^(read|readv|stat|lstat|exists|access|pathExists|readJson|readdir)(File|Link)?(Sync)?$/;
const writers =
  /^(write|append|rm|rmdir|unlink|rename|copy|cp|truncate|mkdir|symlink|link|output|writeJson|outputJson|move|remove)(File)?(Sync)?$/;
const removers = /^(rm|rmdir|unlink|remove)(Sync)?$/;

/** These name what they make after what they make it from. */
const writesSecond = /^(copy|copyFile|cp|rename|move|link|symlink)(Sync)?$/;

interface FileCall {
  readonly call: ts.CallExpression;
  readonly reads: boolean;
  readonly path: ts.Expression;
}

/**
 * What a wait at a call of `fs` does to the file that it names. A file that is read and written again is a shared
 * variable, and a write may not be over when the next one begins.
 */
export function fileHazard(model: SourceModel, call: ts.CallExpression, fn: ts.Node): readonly Assumption[] {
  const module = blockingCallOf(model, call)?.api.module;
  const own = module === 'fs' || module === 'fs-extra' ? fileCallOf(call) : null;
  if (own === null) return [];
  const others = fileCallsOf(model).filter(
    (each) => each.call !== call && each.reads !== own.reads && isSamePath(model, each.path, own.path),
  );
  const rival = others.find((each) => isRival(own, each, fn, model));
  return rival === undefined
    ? []
    : [assumptionAt(model, rival.call, 'file-across-wait', own.path.getText(model.file))];
}

/** Whether the pair reads first and writes then, in one function; or in two, on a file that all calls share. */
function isRival(own: FileCall, other: FileCall, fn: ts.Node, model: SourceModel): boolean {
  const around = enclosingFunction(other.call);
  if (around === null) return false; // At start-up nobody else runs yet.
  if (around !== fn) return isSamePathEachTime(model, own.path, fn);
  const [read, write] = own.reads ? [own, other] : [other, own];
  // Taking away a file of one's own after reading it is the end of it, not an update.
  if (removers.test(nameOf(write.call)) && !isSamePathEachTime(model, own.path, fn)) return false;
  return flowOf(fn, new Set([read.call, write.call])).canFollow(read.call, write.call);
}

const nameOf = (call: ts.CallExpression): string => {
  const callee = skipOuter(call.expression);
  return ts.isPropertyAccessExpression(callee) ? callee.name.text : callee.getText();
};

function fileCallOf(call: ts.CallExpression): FileCall | null {
  const name = nameOf(call);
  const path = call.arguments[writesSecond.test(name) ? 1 : 0];
  if (path === undefined) return null;
  if (readers.test(name)) return { call, reads: true, path };
  return writers.test(name) ? { call, reads: false, path } : null;
}

function fileCallsOf(model: SourceModel): readonly FileCall[] {
  const found: FileCall[] = [];
  const visit = (node: ts.Node): void => {
    const file = ts.isCallExpression(node) ? fileCallOf(node) : null;
    if (file !== null) found.push(file);
    ts.forEachChild(node, visit);
  };
  visit(model.file);
  return found;
}

function isSamePath(model: SourceModel, a: ts.Expression, b: ts.Expression): boolean {
  if (ts.isIdentifier(a) && ts.isIdentifier(b)) {
    const symbol = symbolOf(model, a);
    return symbol !== undefined && symbol === symbolOf(model, b);
  }
  return a.getText().replace(/\s+/g, '') === b.getText().replace(/\s+/g, '');
}

/** Whether a path is made of literals and of what is declared outside of the function only. */
function isSamePathEachTime(model: SourceModel, path: ts.Expression, fn: ts.Node): boolean {
  const visit = (node: ts.Node): boolean => {
    if (ts.isIdentifier(node) && isLocal(model, node, fn)) return true;
    if (ts.isCallExpression(node) && !/^(join|resolve|path\.\w+)$/.test(node.expression.getText()))
      return true;
    return ts.forEachChild(node, visit) ?? false;
  };
  return !visit(path);
}

/** Declared inside of the function from something of its own; a loop over something outside stays shared. */
function isLocal(model: SourceModel, name: ts.Identifier, fn: ts.Node): boolean {
  if (ts.isPropertyAccessExpression(name.parent) && name.parent.name === name) return false;
  const declaration = symbolOf(model, name)?.valueDeclaration;
  if (declaration === undefined || declaration.pos < fn.pos || declaration.end > fn.end) return false;
  const list = declaration.parent;
  const loop = ts.isVariableDeclarationList(list) ? list.parent : undefined;
  const source =
    loop !== undefined && ts.isForOfStatement(loop)
      ? loop.expression
      : ts.isVariableDeclaration(declaration)
        ? declaration.initializer
        : undefined;
  return source === undefined || !isSamePathEachTime(model, source, fn);
}
