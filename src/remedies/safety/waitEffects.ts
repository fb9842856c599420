import ts from 'typescript';
import { blockingCallOf } from '../../code/catalog/findBlockingCalls.ts';
import { skipOuter } from '../../code/bindings.ts';
import type { SourceModel } from '../../code/sourceModel.ts';
import { helperOf, touchesIn } from './touches.ts';

/** What a blocking call does besides taking time: nothing, it reads files, or it changes something outside of the process. */
export type WaitKind = 'computes' | 'reads' | 'acts';

const readers =
  /^(read|readv|stat|lstat|fstat|statfs|exists|access|realpath|readlink|readdir|opendir|readFile|glob|pathExists|readJson|readJSON)(Sync)?$/;

/** Changes of the file system, which other code can see. */
const fileChange =
  /^(write|writev|writeFile|appendFile|append|rm|rmdir|unlink|rename|copyFile|copy|cp|truncate|ftruncate|mkdir|mkdtemp|symlink|link|chmod|chown|utimes|outputFile|outputJson|writeJson|writeJSON|move|remove|emptyDir|ensureDir|ensureFile|createWriteStream)(Sync)?$/;

/** The last name of what is called. */
export const calleeNameOf = (call: ts.CallExpression): string => {
  const callee = skipOuter(call.expression);
  return ts.isPropertyAccessExpression(callee) ? callee.name.text : callee.getText();
};

/** Whether a call changes files, by its name. */
export const changesFiles = (call: ts.CallExpression): boolean => fileChange.test(calleeNameOf(call));

/** What the call that is to wait does to the outside. */
export function waitKindOf(model: SourceModel, call: ts.CallExpression): WaitKind {
  const api = blockingCallOf(model, call)?.api;
  if (api === undefined || api.kind === 'cpu') return 'computes';
  return readers.test(calleeNameOf(call)) ? 'reads' : 'acts';
}

/** Calls that only compute; everything else that is not known may leave something behind. */
const harmless =
  /^(Math|JSON|Object|Array|Number|String|Boolean|Date|Buffer|Promise|Symbol|BigInt|Intl|URL|path|RegExp)\b|^(parseInt|parseFloat|isNaN|isFinite|require|structuredClone|encodeURI\w*|decodeURI\w*)$/;

const output = /^(console\.\w+|process\.(stdout|stderr)\.write|process\.(exit|emit|kill|send|abort))$/;

/**
 * The first thing that a function leaves behind from a call on: a change of what others can reach, output, or a call of
 * something unknown. Null when it only computes its answer.
 */
export function effectFrom(model: SourceModel, fn: ts.Node, call: ts.Node): ts.Node | null {
  const isRepeated = ts.findAncestor(call, (each) => ts.isIterationStatement(each, false) && holds(fn, each));
  const start = isRepeated === undefined ? call.getStart(model.file) : fn.pos;
  const touch = touchesIn(model, fn).find(({ kind, at }) => kind !== 'read' && at > start);
  return touch?.node ?? actIn(model, fn, start, new Set([fn]), call);
}

const holds = (outer: ts.Node, inner: ts.Node): boolean => outer.pos <= inner.pos && inner.end <= outer.end;

function actIn(
  model: SourceModel,
  root: ts.Node,
  start: number,
  seen: Set<ts.Node>,
  except: ts.Node,
): ts.Node | null {
  const visit = (node: ts.Node): ts.Node | undefined => {
    if (ts.isCallExpression(node) && node !== except && node.end > start) {
      if (acts(model, node)) return node;
      const helper = helperOf(model, node);
      if (helper !== null && !seen.has(helper)) {
        seen.add(helper);
        if (actIn(model, helper, -1, seen, except) !== null) return node;
      }
    }
    if (isPropertyWrite(node) && node.end > start) return node;
    return ts.forEachChild(node, visit);
  };
  return ts.forEachChild(root, visit) ?? null;
}

/** A property of a parameter or of what hangs on it; those of local objects are the function's own. */
function isPropertyWrite(node: ts.Node): boolean {
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.EqualsToken) return false;
  let target = node.left;
  while (ts.isPropertyAccessExpression(target) || ts.isElementAccessExpression(target))
    target = target.expression;
  return target !== node.left && ts.isIdentifier(target) && isParameterName(target);
}

function isParameterName(name: ts.Identifier): boolean {
  for (
    let fn = ts.findAncestor(name, ts.isFunctionLike);
    fn !== undefined;
    fn = ts.findAncestor(fn.parent, ts.isFunctionLike)
  ) {
    if (fn.parameters.some((each) => ts.isIdentifier(each.name) && each.name.text === name.text)) return true;
  }
  return false;
}

function acts(model: SourceModel, call: ts.CallExpression): boolean {
  const text = skipOuter(call.expression).getText().replace(/\s+/g, '');
  if (output.test(text)) return true;
  const blocking = blockingCallOf(model, call);
  if (blocking !== undefined) return blocking.api.kind !== 'cpu' && !readers.test(calleeNameOf(call));
  if (changesFiles(call) && !harmless.test(text)) return true;
  return (
    ts.isIdentifier(call.expression) && helperOf(model, call) === null && isParameterName(call.expression)
  );
}
