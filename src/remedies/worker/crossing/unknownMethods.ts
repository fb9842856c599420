import ts from 'typescript';
import { skipOuter } from '../../../code/bindings.ts';
import type { MovedCode } from './movable.ts';
import { symbolOf } from '../../../code/sourceModel.ts';
import type { SourceModel } from '../../../code/sourceModel.ts';

/** Names of the methods that values have after they were copied. */
const ofPlainValues: ReadonlySet<string> = new Set(
  [
    Object,
    Array,
    String,
    Number,
    Boolean,
    BigInt,
    Map,
    Set,
    Date,
    RegExp,
    ArrayBuffer,
    DataView,
    Error,
    Buffer,
    Object.getPrototypeOf(Uint8Array) as { readonly prototype: object },
    { prototype: Object.getPrototypeOf(Object.getPrototypeOf([].values())) as object },
    { prototype: Object.getPrototypeOf([].values()) as object },
  ].flatMap(({ prototype }) => Object.getOwnPropertyNames(prototype)),
);

/** Later additions, which not every Node that computes this has. */
const later =
  /^(union|intersection|difference|symmetricDifference|is(Subset|Superset|Disjoint)\w+|to(Sorted|Spliced|Reversed|Array)|with|isWellFormed|toWellFormed|getOrInsert\w*|drop|take|(to|from|setFrom)(Hex|Base64))$/;

/** Whether a value still has a method of this name after it was copied. */
export const isMethodOfPlainValues = (name: string): boolean => ofPlainValues.has(name) || later.test(name);

/**
 * The first call of a method that copied data does not have (`order.total()`), or of a function that came as an argument;
 * null where there is none. The first piece of code is the task. Objects that code makes itself, modules and libraries may
 * have any methods.
 */
export function unknownMethodIn(code: readonly MovedCode[]): MovedCode | null {
  for (const { model, node: root } of code) {
    const task = root === code[0]?.node ? root : null;
    const visit = (node: ts.Node): ts.Node | undefined =>
      ts.isCallExpression(node) && isUnknown(model, task, node) ? node : ts.forEachChild(node, visit);
    const node = visit(root);
    if (node !== undefined) return { model, node };
  }
  return null;
}

function isUnknown(model: SourceModel, task: ts.Node | null, call: ts.CallExpression): boolean {
  const callee = skipOuter(call.expression);
  if (ts.isIdentifier(callee)) return isData(model, task, callee);
  if (ts.isElementAccessExpression(callee)) return isData(model, task, callee.expression);
  if (!ts.isPropertyAccessExpression(callee)) return false;
  const { name, expression } = callee;
  if (isMethodOfPlainValues(name.text)) return false;
  return isData(model, task, expression);
}

const deepest = 8;

/** Whether an expression gives something that was passed to the task or made of literals, which has no methods of its own. */
function isData(model: SourceModel, task: ts.Node | null, expression: ts.Expression, depth = 0): boolean {
  const node = skipOuter(expression);
  if (depth > deepest) return false;
  const of = (each: ts.Expression): boolean => isData(model, task, each, depth + 1);
  if (ts.isArrayLiteralExpression(node) || ts.isLiteralExpression(node) || ts.isTemplateExpression(node))
    return true;
  if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) return of(node.expression);
  if (ts.isCallExpression(node)) {
    const callee = skipOuter(node.expression);
    const isKnown = ts.isPropertyAccessExpression(callee) && isMethodOfPlainValues(callee.name.text);
    return isKnown && of(callee.expression);
  }
  const declaration = ts.isIdentifier(node) ? symbolOf(model, node)?.declarations?.[0] : undefined;
  const holder =
    declaration &&
    ts.findAncestor(declaration, (each) => ts.isParameter(each) || ts.isVariableDeclaration(each));
  if (holder === undefined) return false;
  if (ts.isParameter(holder)) {
    if (holder.parent === task) return true;
    const call = holder.parent.parent;
    const isCallback = ts.isCallExpression(call) && ts.isPropertyAccessExpression(call.expression);
    return isCallback && of(call.expression.expression);
  }
  if (!ts.isVariableDeclaration(holder)) return false;
  const loop = holder.parent.parent;
  if (ts.isForOfStatement(loop)) return of(loop.expression);
  return holder.initializer !== undefined && of(holder.initializer);
}
