import ts from 'typescript';
import type { Assumption } from '../../assumption.ts';
import { assumptionAt } from '../../assumption.ts';
import { isAssignmentOperator, isConstant, isWrite, skipOuter } from '../../../code/bindings.ts';
import { changedParameters, firstOutsideWrite, isMutator } from '../../../code/effects.ts';
import { importersOf } from '../../../code/modules/importers.ts';
import type { ProjectSources } from '../../../code/modules/projectSources.ts';
import { referencesTo, symbolOf } from '../../../code/sourceModel.ts';
import type { SourceModel } from '../../../code/sourceModel.ts';

/** Whether a constant holds the same on every thread: `changed` is where something changes it. */
export interface ConstantCheck {
  readonly changed: { readonly model: SourceModel; readonly node: ts.Node } | null;
  /** Places where it is handed to code that may change it. */
  readonly assumptions: readonly Assumption[];
}

const unchanged: ConstantCheck = { changed: null, assumptions: [] };

/** Whether a declaration is a `const` (or never written) that holds literals, lists and objects of them. */
export function isDataConstant(
  model: SourceModel,
  declaration: ts.Declaration,
): declaration is ts.VariableDeclaration {
  return (
    ts.isVariableDeclaration(declaration) &&
    ts.isIdentifier(declaration.name) &&
    declaration.initializer !== undefined &&
    isConstant(model, declaration) &&
    isData(model, declaration.initializer)
  );
}

function isData(model: SourceModel, expression: ts.Expression): boolean {
  const node = skipOuter(expression);
  if (ts.isRegularExpressionLiteral(node)) return !/[gy][a-z]*$/.test(node.text);
  if (ts.isLiteralExpression(node) || /^(true|false|null|undefined|NaN|Infinity)$/.test(node.getText()))
    return true;
  const of = (each: ts.Expression): boolean => isData(model, each);
  if (ts.isPrefixUnaryExpression(node)) return of(node.operand);
  if (ts.isBinaryExpression(node)) return of(node.left) && of(node.right);
  if (ts.isTemplateExpression(node)) return node.templateSpans.every((each) => of(each.expression));
  if (ts.isArrayLiteralExpression(node))
    return node.elements.every((each) => of(ts.isSpreadElement(each) ? each.expression : each));
  if (ts.isObjectLiteralExpression(node)) return node.properties.every((each) => isDataProperty(model, each));
  if (isFreeze(node)) return node.arguments.every(of);
  const declaration = ts.isIdentifier(node) ? symbolOf(model, node)?.declarations?.[0] : undefined;
  return declaration !== undefined && isDataConstant(model, declaration);
}

const isFreeze = (node: ts.Expression): node is ts.CallExpression =>
  ts.isCallExpression(node) && node.expression.getText() === 'Object.freeze';

function isDataProperty(model: SourceModel, node: ts.ObjectLiteralElementLike): boolean {
  if (ts.isShorthandPropertyAssignment(node)) return isData(model, node.name);
  if (ts.isSpreadAssignment(node)) return isData(model, node.expression);
  return ts.isPropertyAssignment(node) && isData(model, node.initializer);
}

/** Whether a value cannot change: it is not an object, or it is frozen and flat. */
function isFixed(expression: ts.Expression): boolean {
  const node = skipOuter(expression);
  if (ts.isLiteralExpression(node) || ts.isTemplateExpression(node) || ts.isPrefixUnaryExpression(node))
    return true;
  if (ts.isBinaryExpression(node) || /^(true|false|null|undefined)$/.test(node.getText())) return true;
  if (!isFreeze(node)) return false;
  const held = node.arguments[0] && skipOuter(node.arguments[0]);
  if (held === undefined) return false;
  if (ts.isArrayLiteralExpression(held)) return held.elements.every(isFixed);
  return (
    ts.isObjectLiteralExpression(held) &&
    held.properties.every((each) => ts.isPropertyAssignment(each) && isFixed(each.initializer))
  );
}

/** Looks through the file of a constant, and through those that import it, for what could change it. */
export function checkConstant(
  project: ProjectSources,
  model: SourceModel,
  declaration: ts.VariableDeclaration,
): ConstantCheck {
  if (declaration.initializer !== undefined && isFixed(declaration.initializer)) return unchanged;
  const symbol = ts.isIdentifier(declaration.name)
    ? model.checker.getSymbolAtLocation(declaration.name)
    : undefined;
  if (symbol === undefined) return { changed: { model, node: declaration }, assumptions: [] };
  const own = checkSymbol(model, symbol, declaration.initializer);
  if (own.changed !== null || !isVisibleOutside(model, symbol)) return own;
  const name = symbol.name;
  const others = importersOf(project, model.path, name);
  if (others === null)
    return {
      changed: null,
      assumptions: [...own.assumptions, assumptionAt(model, declaration, 'worker-differs', name)],
    };
  const checks = others.map((each) => checkSymbol(each.model, each.symbol, declaration.initializer));
  return {
    changed: checks.find(({ changed }) => changed !== null)?.changed ?? null,
    assumptions: [...own.assumptions, ...checks.flatMap(({ assumptions }) => assumptions)],
  };
}

/** Whether a name is exported: by a keyword, in a list, or through `exports`. */
function isVisibleOutside(model: SourceModel, symbol: ts.Symbol): boolean {
  const statement = symbol.declarations?.[0] && ts.findAncestor(symbol.declarations[0], ts.isStatement);
  const isMarked =
    statement !== undefined &&
    ts.canHaveModifiers(statement) &&
    (ts.getModifiers(statement) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
  return (
    isMarked ||
    referencesTo(model, symbol).some(
      (each) =>
        ts.isExportSpecifier(each.parent) || ts.isExportAssignment(each.parent) || isExportsValue(each),
    ) ||
    model.file.statements.some(
      (each) =>
        ts.isExportDeclaration(each) &&
        each.moduleSpecifier === undefined &&
        each.exportClause?.getText().includes(symbol.name) === true,
    )
  );
}

const isExportsValue = (node: ts.Node): boolean => {
  const assignment = ts.findAncestor(node, ts.isBinaryExpression);
  return assignment !== undefined && /^(module\.)?exports\b/.test(assignment.left.getText());
};

function checkSymbol(model: SourceModel, symbol: ts.Symbol, value: ts.Expression | undefined): ConstantCheck {
  const changed = firstOutsideWrite(model, model.file, (each) => each === symbol);
  if (changed !== null) return { changed: { model, node: changed }, assumptions: [] };
  const isFlat = value !== undefined && isFlatData(value);
  const escape = referencesTo(model, symbol).find((each) => escapes(model, each, isFlat));
  return {
    changed: null,
    assumptions: escape === undefined ? [] : [assumptionAt(model, escape, 'worker-differs', symbol.name)],
  };
}

/** Lists and objects that hold no further ones: what is read out of them cannot be changed. */
function isFlatData(value: ts.Expression): boolean {
  const node = skipOuter(value);
  if (ts.isArrayLiteralExpression(node)) return node.elements.every(isFixed);
  return (
    ts.isObjectLiteralExpression(node) &&
    node.properties.every((each) => ts.isPropertyAssignment(each) && isFixed(each.initializer))
  );
}

const harmless =
  /^(Object\.(keys|values|entries|hasOwn|is)|JSON\.stringify|structuredClone|String|Number|Boolean|Array\.(isArray|from)|Math\.\w+|console\.\w+)$/;

/** Whether a use hands the object to code that may change it, or gives it another name. */
function escapes(model: SourceModel, use: ts.Identifier, isFlat: boolean): boolean {
  let node: ts.Expression = use;
  while (
    ((ts.isPropertyAccessExpression(node.parent) || ts.isElementAccessExpression(node.parent)) &&
      node.parent.expression === node) ||
    ts.isNonNullExpression(node.parent) ||
    ts.isAsExpression(node.parent) ||
    ts.isParenthesizedExpression(node.parent)
  ) {
    node = node.parent;
  }
  if (isWrite(use) || (node !== use && isFlat)) return false;
  const { parent } = node;
  if (ts.isCallExpression(parent) && parent.expression === node) {
    return ts.isPropertyAccessExpression(node) && isMutator(node.name.text);
  }
  if (ts.isCallExpression(parent)) return !isHarmlessArgument(model, parent, node);
  return (
    (ts.isVariableDeclaration(parent) &&
      parent.initializer === node &&
      !(isFlat && !ts.isIdentifier(parent.name))) ||
    ts.isReturnStatement(parent) ||
    (ts.isArrowFunction(parent) && parent.body === node) ||
    (ts.isPropertyAssignment(parent) && parent.initializer === node && !isExportsValue(node)) ||
    (ts.isShorthandPropertyAssignment(parent) && !isExportsValue(node)) ||
    ts.isArrayLiteralExpression(parent) ||
    (ts.isBinaryExpression(parent) &&
      parent.right === node &&
      isAssignmentOperator(parent.operatorToken.kind) &&
      !isExportsValue(node))
  );
}

function isHarmlessArgument(model: SourceModel, call: ts.CallExpression, argument: ts.Expression): boolean {
  const callee = skipOuter(call.expression);
  if (harmless.test(callee.getText())) return true;
  const declaration = ts.isIdentifier(callee) ? symbolOf(model, callee)?.declarations?.[0] : undefined;
  const fn =
    declaration !== undefined &&
    ts.isVariableDeclaration(declaration) &&
    declaration.initializer !== undefined
      ? skipOuter(declaration.initializer)
      : declaration;
  if (
    fn === undefined ||
    !(ts.isFunctionDeclaration(fn) || ts.isArrowFunction(fn) || ts.isFunctionExpression(fn))
  )
    return false;
  return !changedParameters(model, fn).has(call.arguments.indexOf(argument));
}
