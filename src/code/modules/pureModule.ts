import ts from 'typescript';
import type { SourceProvider } from '../sourceProvider.ts';
import { isRequire } from '../bindings.ts';
import { isPure } from '../pureExpression.ts';
import { isPackage, resolveRelative } from './projectSources.ts';
import { modelSource } from '../sourceModel.ts';
import type { SourceModel } from '../sourceModel.ts';
import { isTaskCall } from '../taskCalls.ts';

/** Something a module does when it is loaded, other than declaring. */
export interface LoadEffect {
  readonly model: SourceModel;
  readonly node: ts.Node;
}

const mostModules = 60;

/**
 * The first thing that loading a module, or a file it imports, does besides declaring: what every worker would do again.
 * Packages and builtins are taken to load without effect.
 */
export function firstLoadEffect(project: SourceProvider, start: SourceModel): LoadEffect | null {
  const seen = new Set<string>();
  const pending: SourceModel[] = [start];
  for (let model = pending.pop(); model !== undefined; model = pending.pop()) {
    if (seen.has(model.path)) continue;
    seen.add(model.path);
    const node = model.file.statements.find((each) => !isDeclaring(model, each));
    if (node !== undefined) return { model, node };
    for (const specifier of specifiersOf(model)) {
      if (isPackage(specifier)) continue;
      const found = resolveRelative(project, model.path, specifier);
      if (found === undefined || seen.size > mostModules) return { model, node: model.file };
      pending.push(modelSource(found));
    }
  }
  return null;
}

/** Modules that a file loads when it is loaded. */
export function specifiersOf(model: SourceModel): readonly string[] {
  return model.file.statements.flatMap((statement) => {
    if (
      (ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement)) &&
      statement.moduleSpecifier !== undefined
    ) {
      const isType = ts.isImportDeclaration(statement)
        ? statement.importClause?.isTypeOnly === true
        : statement.isTypeOnly;
      return isType || !ts.isStringLiteral(statement.moduleSpecifier) ? [] : [statement.moduleSpecifier.text];
    }
    if (!ts.isVariableStatement(statement)) return [];
    return statement.declarationList.declarations.flatMap(({ initializer }) => {
      const specifier = initializer && requiredIn(model, initializer);
      return specifier === undefined ? [] : [specifier];
    });
  });
}

/** The specifier of `require('…')`, also in `require('…').name`. */
function requiredIn(model: SourceModel, expression: ts.Expression): string | undefined {
  const node = ts.isPropertyAccessExpression(expression) ? expression.expression : expression;
  if (!ts.isCallExpression(node) || !isRequire(model, node.expression)) return undefined;
  const [specifier] = node.arguments;
  return specifier !== undefined && ts.isStringLiteralLike(specifier) ? specifier.text : undefined;
}

function isDeclaring(model: SourceModel, statement: ts.Statement): boolean {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.every(
      ({ initializer }) =>
        initializer === undefined ||
        isPure(initializer) ||
        isTaskCall(model, initializer) ||
        requiredIn(model, initializer) !== undefined,
    );
  }
  if (ts.isExpressionStatement(statement)) return isQuietExpression(model, statement.expression);
  if (ts.isExportAssignment(statement)) return isPure(statement.expression);
  if (ts.isClassDeclaration(statement)) return statement.members.every(isQuietMember);
  return (
    ts.isImportDeclaration(statement) ||
    ts.isExportDeclaration(statement) ||
    ts.isFunctionDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement) ||
    ts.isEnumDeclaration(statement) ||
    ts.isEmptyStatement(statement)
  );
}

/** A directive, an export, or the naming of a task. */
function isQuietExpression(model: SourceModel, node: ts.Expression): boolean {
  if (ts.isStringLiteral(node) || isTaskCall(model, node)) return true;
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.EqualsToken) return false;
  return (
    /^(module\.)?exports\b/.test(node.left.getText()) && (isPure(node.right) || isTaskCall(model, node.right))
  );
}

function isQuietMember(member: ts.ClassElement): boolean {
  if (ts.isClassStaticBlockDeclaration(member)) return false;
  const isStatic =
    ts.canHaveModifiers(member) &&
    (ts.getModifiers(member)?.some(({ kind }) => kind === ts.SyntaxKind.StaticKeyword) ?? false);
  return !(
    isStatic &&
    ts.isPropertyDeclaration(member) &&
    member.initializer !== undefined &&
    !isPure(member.initializer)
  );
}
