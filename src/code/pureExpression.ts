import ts from 'typescript';
import { skipOuter } from './bindings.ts';

/** Globals that mean the same on every thread and do nothing to the outside. */
export const pureGlobals = new Set(
  'undefined NaN Infinity Math JSON Object Array String Number Boolean Date RegExp Map Set WeakMap WeakSet BigInt Symbol Error TypeError RangeError SyntaxError parseInt parseFloat isNaN isFinite Intl Buffer URL URLSearchParams TextEncoder TextDecoder structuredClone encodeURIComponent decodeURIComponent encodeURI decodeURI escape unescape ArrayBuffer DataView Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array Float32Array Float64Array BigInt64Array BigUint64Array Reflect atob btoa performance'.split(
    ' ',
  ),
);

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
