import ts from 'typescript';
import { isAssigned, skipOuter } from '../../code/bindings.ts';
import { firstOutsideWrite } from '../../code/effects.ts';
import { referencesTo } from '../../code/sourceModel.ts';
import type { SourceModel } from '../../code/sourceModel.ts';
import { copyingClasses, givesOwn, isStateless, moduleOf } from '../../code/origin/knownCalls.ts';
import { passesOn } from '../../code/sharing.ts';
import { isCalled } from './touch.ts';

/** Whether a variable outside of a function can change: it is assigned, or holds something that is or may be changed. */
export function isState(model: SourceModel, symbol: ts.Symbol, declaration: ts.Declaration): boolean {
  const holder = ts.isBindingElement(declaration)
    ? ts.findAncestor(declaration, ts.isVariableDeclaration)
    : declaration;
  if (ts.isParameter(declaration) || (holder !== undefined && ts.isParameter(holder))) return true;
  if (holder === undefined || !ts.isVariableDeclaration(holder)) return false;
  if (isAssigned(model, symbol)) return true;
  const value = holder.initializer && skipOuter(holder.initializer);
  if (value === undefined) return true;
  if (isConstantValue(value) || isFrozenFlat(value)) return false;
  if (!isPlainHolder(value)) return true;
  if (isExported(holder)) return true;
  const change = firstOutsideWrite(model, model.file, (each) => each === symbol);
  return (change !== null && change !== holder.parent) || leaves(model, symbol);
}

/** Exported things can be changed by other files, unless their name says that nobody does. */
const isExported = (holder: ts.VariableDeclaration): boolean => {
  const statement = holder.parent.parent;
  return (
    ts.isVariableStatement(statement) &&
    statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true &&
    !/^[A-Z][A-Z\d_]*$/.test(holder.name.getText()) &&
    !/\bas const$/.test(holder.initializer?.getText() ?? '')
  );
};

/** Whether a value is no object, or one that nobody changes. */
export const isConstantValue = (value: ts.Expression): boolean =>
  ts.isLiteralExpression(value) ||
  ts.isTemplateExpression(value) ||
  ts.isFunctionLike(value) ||
  ts.isClassExpression(value) ||
  ts.isPrefixUnaryExpression(value) ||
  (ts.isBinaryExpression(value) && (!passesOn(value) || hasConstantSides(value))) ||
  (ts.isConditionalExpression(value) &&
    [value.whenTrue, value.whenFalse].every((each) => isConstantValue(skipOuter(each)))) ||
  // A variable of the environment is a text, and so are the parts of an address.
  /^process\.env\.\w+$|^new URL\([^()]*\)\.(href|pathname|origin|host\w*|search)$/.test(value.getText()) ||
  /^(true|false|null|undefined|__dirname|__filename|import\.meta\.\w+)$/.test(value.getText()) ||
  (ts.isNewExpression(value) &&
    /^(RegExp|TextEncoder|TextDecoder|Intl\.\w+)$/.test(value.expression.getText())) ||
  (ts.isCallExpression(value) &&
    /^(path\.\w+|join|resolve|dirname|fileURLToPath|require|Symbol|promisify|util\.promisify|Number|String|parseInt|\w+\.promisify)$/.test(
      value.expression.getText(),
    ));

/** `process.env.FILE ?? 'x'`: whichever side it is, it is a constant. */
const hasConstantSides = ({ left, right, operatorToken }: ts.BinaryExpression): boolean =>
  /^(\?\?|\|\||&&)$/.test(operatorToken.getText()) &&
  isConstantValue(skipOuter(left)) &&
  isConstantValue(skipOuter(right));

/** A frozen object that holds constants: what is in others can change. */
const isFrozenFlat = (value: ts.Expression): boolean => {
  if (!ts.isCallExpression(value) || value.expression.getText() !== 'Object.freeze') return false;
  const given = value.arguments[0] && skipOuter(value.arguments[0]);
  if (given === undefined) return false;
  if (ts.isArrayLiteralExpression(given)) return given.elements.every(isConstantValue);
  return (
    ts.isObjectLiteralExpression(given) &&
    given.properties.every((each) => ts.isPropertyAssignment(each) && isConstantValue(each.initializer))
  );
};

/** Literals and collections, whose changes can be seen in the file. */
export const isPlainHolder = (value: ts.Expression): boolean =>
  ts.isObjectLiteralExpression(value) ||
  ts.isArrayLiteralExpression(value) ||
  (ts.isNewExpression(value) &&
    /^(Map|Set|WeakMap|WeakSet|Array|URL|URLSearchParams|Headers|FormData|\w*Error)$/.test(
      value.expression.getText(),
    ));

/**
 * Whether an object, or an object in it, is handed to others, who may change it. For a constant whose importers are
 * looked at, too, `made` is its declaration, and exporting it is no handing on.
 */
export const leaves = (model: SourceModel, symbol: ts.Symbol, made: ts.Declaration | null = null): boolean =>
  referencesTo(model, symbol).some((name) => {
    const { node, parts } = chainFrom(name);
    if (made !== null && isExporting(node)) return false;
    return isHandedOn(node) && !isConstantPart(made ?? symbol.valueDeclaration, parts);
  });

/** `export { config }`, `export default config`, `module.exports = { config }`. */
function isExporting(node: ts.Expression): boolean {
  if (ts.isExportSpecifier(node.parent) || ts.isExportAssignment(node.parent)) return true;
  const assignment = ts.findAncestor(node, ts.isBinaryExpression);
  return assignment !== undefined && /^(module\.)?exports\b/.test(assignment.left.getText());
}

/** `table.rows` in `table.rows.map(f)`: the properties behind a name, the method that is called left out. */
export function chainFrom(name: ts.Expression): {
  readonly node: ts.Expression;
  readonly parts: readonly string[];
} {
  const parts: string[] = [];
  let node = name;
  for (let { parent } = node; ts.isPropertyAccessExpression(parent); { parent } = node) {
    if (parent.expression !== node || isCalled(parent)) break;
    parts.push(parent.name.text);
    node = parent;
  }
  return { node, parts };
}

/** Whether what is around an expression has the same value. */
const givesOn = (node: ts.Expression): boolean => {
  const { parent } = node;
  return (
    ts.isParenthesizedExpression(parent) ||
    ts.isAsExpression(parent) ||
    ts.isNonNullExpression(parent) ||
    (ts.isConditionalExpression(parent) && parent.condition !== node) ||
    (ts.isBinaryExpression(parent) &&
      /^(\|\||&&|\?\?|,)$/.test(parent.operatorToken.getText()) &&
      (parent.right === node || parent.operatorToken.kind !== ts.SyntaxKind.CommaToken))
  );
};

const isHandedOn = (node: ts.Expression): boolean => {
  const { parent } = node;
  if (givesOn(node)) return isHandedOn(parent as ts.Expression);
  return (
    ((ts.isBindingElement(parent) || ts.isParameter(parent) || ts.isPropertyDeclaration(parent)) &&
      parent.initializer === node) ||
    ts.isThrowStatement(parent) ||
    (ts.isSpreadElement(parent) && !ts.isArrayLiteralExpression(parent.parent)) ||
    ts.isExportSpecifier(parent) ||
    ts.isExportAssignment(parent) ||
    ts.isReturnStatement(parent) ||
    ts.isYieldExpression(parent) ||
    ts.isShorthandPropertyAssignment(parent) ||
    ts.isPropertyAssignment(parent) ||
    ts.isArrayLiteralExpression(parent) ||
    (ts.isArrowFunction(parent) && parent.body === node) ||
    (ts.isBinaryExpression(parent) &&
      parent.right === node &&
      parent.operatorToken.kind === ts.SyntaxKind.EqualsToken) ||
    (ts.isNewExpression(parent) &&
      parent.expression !== node &&
      !copyingClasses.test(parent.expression.getText())) ||
    (ts.isCallExpression(parent) && parent.expression !== node && !isHarmless(parent))
  );
};

/** Calls that keep nothing of what they are given; changes by `Object.assign` are seen where they are made. */
const isHarmless = (call: ts.CallExpression): boolean =>
  /^(Object\.(?!create)|console\.|path\.|util\.(inspect|format)$)/.test(call.expression.getText()) ||
  givesOwn(call);

/** Whether a property was given a number, a text or the like where the object was made. */
function isConstantPart(declaration: ts.Declaration | undefined, parts: readonly string[]): boolean {
  const part =
    declaration !== undefined && ts.isVariableDeclaration(declaration)
      ? partOf(declaration.initializer, parts)
      : null;
  return part !== null && isConstantValue(part.value);
}

/** The value of a property where the object was made; `isInside` where the rest of the way leads into a constant. */
export function partOf(
  made: ts.Expression | undefined,
  parts: readonly string[],
): { readonly value: ts.Expression; readonly isInside: boolean } | null {
  let value = made && skipOuter(made);
  for (const part of parts) {
    if (value !== undefined && isConstantValue(value)) return { value, isInside: true };
    if (value === undefined || !ts.isObjectLiteralExpression(value)) return null;
    const named = value.properties.filter((each) => each.name?.getText() === part);
    const [property] = named;
    // A spread may replace it.
    if (named.length !== 1 || value.properties.some(ts.isSpreadAssignment)) return null;
    value =
      property !== undefined && ts.isPropertyAssignment(property)
        ? skipOuter(property.initializer)
        : undefined;
  }
  return value === undefined ? null : { value, isInside: false };
}

/** The key of the state behind an imported name; null where the module holds none. */
export function moduleKey(declaration: ts.Declaration): string | null {
  const specifier = moduleOf(declaration);
  return specifier === null || isStateless(specifier) ? null : `module ${specifier}`;
}

/** A class or a function, which can hold properties of its own. */
export const isRunnable = (declaration: ts.Declaration): boolean => {
  const value = ts.isVariableDeclaration(declaration) ? declaration.initializer : declaration;
  return value !== undefined && (ts.isClassLike(value) || ts.isFunctionLike(value));
};
