import ts from 'typescript';
import type { SourceProvider } from '../sourceProvider.ts';
import { skipOuter } from '../bindings.ts';
import { namedFunctionOf } from '../namedFunction.ts';
import type { NamedFunction } from '../namedFunction.ts';
import { resolveRelative } from './projectSources.ts';
import { modelSource, symbolOf } from '../sourceModel.ts';
import type { SourceModel } from '../sourceModel.ts';

/** A top-level declaration and the file it is in. */
export interface Located {
  readonly model: SourceModel;
  readonly declaration: ts.Declaration;
}

const deepestReexport = 4;

/** The declaration a module exports under a name (`default` for its default), followed through re-exports. */
export function exportedDeclaration(
  project: SourceProvider,
  model: SourceModel,
  name: string,
  depth = 0,
): Located | null {
  if (depth > deepestReexport) return null;
  for (const statement of model.file.statements) {
    const value = exportedExpression(statement, name);
    const declaration =
      value !== null && ts.isIdentifier(value)
        ? symbolOf(model, value)?.declarations?.[0]
        : declaredBy(statement, name);
    if (declaration !== undefined) return { model, declaration };
    const again = reexportedBy(project, model, statement, name, depth);
    if (again !== null) return again;
  }
  return null;
}

/** The function a module exports under a name, or null when it is something else. */
export function exportedFunction(
  project: SourceProvider,
  model: SourceModel,
  name: string,
): { readonly model: SourceModel; readonly named: NamedFunction } | null {
  const found = exportedDeclaration(project, model, name);
  if (found === null) return assignedFunction(model, name);
  const named = namedFunctionOf(found.declaration);
  return named === null ? null : { model: found.model, named };
}

/** `exports.name = function …`, `module.exports = { name: (x) => … }` and `export default (x) => …`, where nothing else is assigned. */
function assignedFunction(
  model: SourceModel,
  name: string,
): { readonly model: SourceModel; readonly named: NamedFunction } | null {
  const found = model.file.statements.flatMap((statement) => {
    const value = exportedExpression(statement, name);
    return value === null ? [] : [{ statement, fn: skipOuter(value) }];
  });
  const [only] = found;
  if (only === undefined || found.length > 1) return null;
  const { fn, statement } = only;
  return ts.isArrowFunction(fn) || ts.isFunctionExpression(fn)
    ? { model, named: { name: name === 'default' ? 'The default export' : name, fn, statement } }
    : null;
}

const hasModifier = (node: ts.Node, kind: ts.SyntaxKind): boolean =>
  ts.canHaveModifiers(node) && (ts.getModifiers(node)?.some((each) => each.kind === kind) ?? false);

/** Whether a statement carries the `export` keyword. */
export const isExported = (statement: ts.Statement): boolean =>
  hasModifier(statement, ts.SyntaxKind.ExportKeyword);

/** The declaration that carries the `export` keyword itself. */
function declaredBy(statement: ts.Statement, name: string): ts.Declaration | undefined {
  if (!isExported(statement)) return undefined;
  if (ts.isFunctionDeclaration(statement)) {
    const isDefault = hasModifier(statement, ts.SyntaxKind.DefaultKeyword);
    return (isDefault ? 'default' : statement.name?.text) === name ? statement : undefined;
  }
  if (ts.isEnumDeclaration(statement)) return statement.name.text === name ? statement : undefined;
  if (!ts.isVariableStatement(statement)) return undefined;
  return statement.declarationList.declarations.find((each) => each.name.getText() === name);
}

/** The expression whose value a statement exports under a name: `export default …`, `exports.name = …`, `module.exports = …`. */
export function exportedExpression(statement: ts.Statement, name: string): ts.Expression | null {
  if (ts.isExportAssignment(statement)) return name === 'default' ? statement.expression : null;
  if (!ts.isExpressionStatement(statement) || !ts.isBinaryExpression(statement.expression)) return null;
  const { left, operatorToken, right } = statement.expression;
  if (operatorToken.kind !== ts.SyntaxKind.EqualsToken) return null;
  const target = left.getText().replace(/^module\./, '');
  if (target === `exports.${name}`) return right;
  if (target !== 'exports') return null;
  if (!ts.isObjectLiteralExpression(right)) return name === 'default' ? right : null;
  const property = right.properties.find((each) => each.name?.getText() === name);
  if (property === undefined) return name === 'default' ? right : null;
  if (ts.isShorthandPropertyAssignment(property)) return property.name;
  return ts.isPropertyAssignment(property) ? property.initializer : null;
}

function reexportedBy(
  project: SourceProvider,
  model: SourceModel,
  statement: ts.Statement,
  name: string,
  depth: number,
): Located | null {
  if (!ts.isExportDeclaration(statement) || statement.isTypeOnly) return null;
  const named =
    statement.exportClause !== undefined && ts.isNamedExports(statement.exportClause)
      ? statement.exportClause
      : null;
  const specifier = named?.elements.find((each) => each.name.text === name);
  if (named !== null && specifier === undefined) return null;
  const original = specifier?.propertyName ?? specifier?.name;
  if (statement.moduleSpecifier === undefined) {
    const symbol = specifier && model.checker.getExportSpecifierLocalTargetSymbol(specifier);
    const declaration = symbol?.declarations?.[0];
    return declaration === undefined ? null : { model, declaration };
  }
  if (!ts.isStringLiteral(statement.moduleSpecifier)) return null;
  const source = resolveRelative(project, model.path, statement.moduleSpecifier.text);
  return source === undefined
    ? null
    : exportedDeclaration(project, modelSource(source), original?.text ?? name, depth + 1);
}
