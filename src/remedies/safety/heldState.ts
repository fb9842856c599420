import ts from 'typescript';
import { isAssigned, skipOuter } from '../../code/bindings.ts';
import { firstOutsideWrite } from '../../code/effects.ts';
import { referencesTo } from '../../code/sourceModel.ts';
import type { SourceModel } from '../../code/sourceModel.ts';
import { requireOf } from './touch.ts';

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
  if (isConstantValue(value)) return false;
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
  ts.isBinaryExpression(value) ||
  /^(true|false|null|undefined|__dirname|__filename|import\.meta\.\w+)$/.test(value.getText()) ||
  (ts.isNewExpression(value) &&
    /^(RegExp|URL|TextEncoder|TextDecoder|Intl\.\w+|Error)$/.test(value.expression.getText())) ||
  (ts.isCallExpression(value) &&
    /^(Object\.freeze|path\.\w+|join|resolve|dirname|fileURLToPath|require|Symbol|promisify|util\.promisify|Number|String|parseInt|\w+\.promisify)$/.test(
      value.expression.getText(),
    ));

/** Literals and collections, whose changes can be seen in the file. */
const isPlainHolder = (value: ts.Expression): boolean =>
  ts.isObjectLiteralExpression(value) ||
  ts.isArrayLiteralExpression(value) ||
  (ts.isNewExpression(value) && /^(Map|Set|WeakMap|WeakSet|Array)$/.test(value.expression.getText()));

/** Whether an object is handed to others, who may change it. */
const leaves = (model: SourceModel, symbol: ts.Symbol): boolean =>
  referencesTo(model, symbol).some(
    ({ parent }) =>
      ts.isExportSpecifier(parent) ||
      ts.isReturnStatement(parent) ||
      ts.isShorthandPropertyAssignment(parent) ||
      ts.isPropertyAssignment(parent) ||
      ts.isArrayLiteralExpression(parent) ||
      (ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.EqualsToken) ||
      (ts.isCallExpression(parent) && !/^(JSON|Object|console)\./.test(parent.expression.getText())),
  );

/** Modules whose functions depend on nothing but their arguments, or whose effects are looked at elsewhere. */
const statelessModules =
  /^(node:.*|fs|fs\/promises|path|url|util|crypto|zlib|os|querystring|assert|buffer|string_decoder|child_process|timers|timers\/promises|stream|events|http|https|net|worker_threads|perf_hooks|lodash|lodash-es|ramda|date-fns|uuid|nanoid|semver|mime|mime-types|marked|escape-html|he|ms|bytes|qs|zod|joi|ajv)$/;

/** The key of the state behind an imported name; null where the module holds none. */
export function moduleKey(declaration: ts.Declaration): string | null {
  const statement = ts.findAncestor(declaration, ts.isImportDeclaration);
  const specifier =
    statement === undefined ? requireOf(declaration) : statement.moduleSpecifier.getText().slice(1, -1);
  return specifier === null || statelessModules.test(specifier) ? null : `module ${specifier}`;
}
