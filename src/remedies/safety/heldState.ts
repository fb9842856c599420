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

const isConstantValue = (value: ts.Expression): boolean =>
  ts.isLiteralExpression(value) ||
  ts.isTemplateExpression(value) ||
  ts.isFunctionLike(value) ||
  ts.isClassExpression(value) ||
  ts.isPrefixUnaryExpression(value) ||
  (ts.isBinaryExpression(value) && !passesOn(value)) ||
  /^(true|false|null|undefined|__dirname|__filename|import\.meta\.\w+)$/.test(value.getText()) ||
  (ts.isNewExpression(value) &&
    /^(RegExp|URL|TextEncoder|TextDecoder|Intl\.\w+|Error)$/.test(value.expression.getText())) ||
  (ts.isCallExpression(value) &&
    /^(path\.\w+|join|resolve|dirname|fileURLToPath|require|Symbol|promisify|util\.promisify|Number|String|parseInt|\w+\.promisify)$/.test(
      value.expression.getText(),
    ));

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
const isPlainHolder = (value: ts.Expression): boolean =>
  ts.isObjectLiteralExpression(value) ||
  ts.isArrayLiteralExpression(value) ||
  (ts.isNewExpression(value) && /^(Map|Set|WeakMap|WeakSet|Array)$/.test(value.expression.getText()));

/** Whether an object, or an object in it, is handed to others, who may change it. */
const leaves = (model: SourceModel, symbol: ts.Symbol): boolean =>
  referencesTo(model, symbol).some((name) => {
    const { node, parts } = chainFrom(name);
    return isHandedOn(node) && !isConstantPart(symbol, parts);
  });

/** `table.rows` in `table.rows.map(f)`: the properties behind a name, the method that is called left out. */
function chainFrom(name: ts.Expression): { readonly node: ts.Expression; readonly parts: readonly string[] } {
  const parts: string[] = [];
  let node = name;
  for (let { parent } = node; ts.isPropertyAccessExpression(parent); { parent } = node) {
    if (parent.expression !== node || isCalled(parent)) break;
    parts.push(parent.name.text);
    node = parent;
  }
  return { node, parts };
}

const isHandedOn = (node: ts.Expression): boolean => {
  const { parent } = node;
  return (
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
function isConstantPart(symbol: ts.Symbol, parts: readonly string[]): boolean {
  const declaration = symbol.valueDeclaration;
  let value =
    declaration !== undefined && ts.isVariableDeclaration(declaration) ? declaration.initializer : undefined;
  for (const part of parts) {
    const holder: ts.Expression | undefined = value && skipOuter(value);
    if (holder === undefined || !ts.isObjectLiteralExpression(holder)) return false;
    const property = holder.properties.find((each) => each.name?.getText() === part);
    value = property !== undefined && ts.isPropertyAssignment(property) ? property.initializer : undefined;
  }
  return value !== undefined && isConstantValue(skipOuter(value));
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
