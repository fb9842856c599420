import ts from 'typescript';
import type { SourceProvider, SourceText } from '../sourceProvider.ts';
import { skipOuter } from '../bindings.ts';

import { resolveRelative } from './projectSources.ts';
import { symbolOf } from '../sourceModel.ts';
import type { SourceModel } from '../sourceModel.ts';

/** An imported name: where from, and under which name it is exported there. */
export interface ImportedName {
  readonly specifier: string;
  readonly exportName: string;
  readonly source: SourceText;
}

/** Where an imported callee comes from, when that is a file of the project. */
export function importedName(
  project: SourceProvider,
  model: SourceModel,
  callee: ts.Expression,
): ImportedName | null {
  const root = ts.isPropertyAccessExpression(callee) ? callee.expression : callee;
  if (!ts.isIdentifier(root)) return null;
  const declaration = symbolOf(model, root)?.declarations?.[0];
  if (declaration === undefined || !isImport(declaration)) return null;
  const specifier = specifierOf(declaration);
  const source = specifier === null ? undefined : resolveRelative(project, model.path, specifier);
  if (specifier === null || source === undefined) return null;
  const member = ts.isPropertyAccessExpression(callee) ? callee.name.text : null;
  const exportName = ownExportName(declaration) ?? member ?? 'default';
  return { specifier, exportName, source };
}

/** The module an import or require declaration names. */
export function specifierOf(declaration: ts.Declaration): string | null {
  const statement = ts.findAncestor(declaration, ts.isImportDeclaration);
  if (statement !== undefined)
    return ts.isStringLiteral(statement.moduleSpecifier) ? statement.moduleSpecifier.text : null;
  const variable = ts.findAncestor(declaration, ts.isVariableDeclaration);
  const call = variable?.initializer && skipOuter(variable.initializer);
  const argument = call !== undefined && ts.isCallExpression(call) ? call.arguments[0] : undefined;
  return argument !== undefined && ts.isStringLiteralLike(argument) ? argument.text : null;
}

/** The exported name behind a named import; null when the whole module is imported. */
export function ownExportName(declaration: ts.Declaration): string | null {
  if (ts.isImportSpecifier(declaration)) return (declaration.propertyName ?? declaration.name).text;
  if (ts.isBindingElement(declaration)) return (declaration.propertyName ?? declaration.name).getText();
  return null;
}

/** Whether a declaration brings in another module. */
export function isImport(declaration: ts.Node): boolean {
  if (
    ts.isImportSpecifier(declaration) ||
    ts.isImportClause(declaration) ||
    ts.isNamespaceImport(declaration)
  )
    return true;
  const variable = ts.isBindingElement(declaration) ? declaration.parent.parent : declaration;
  if (!ts.isVariableDeclaration(variable) || variable.initializer === undefined) return false;
  const call = skipOuter(variable.initializer);
  return (
    ts.isCallExpression(call) &&
    call.expression.getText() === 'require' &&
    ts.isSourceFile(variable.parent.parent.parent)
  );
}
