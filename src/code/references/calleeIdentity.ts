import ts from 'typescript';
import { bareModule } from '../catalog/catalog.ts';
import { isAsync } from '../scopes.ts';
import { skipOuter } from '../bindings.ts';
import { declarationsOf } from './projectModel.ts';
import type { ProjectModel } from './projectModel.ts';

const deepest = 10;

/**
 * The module that an object or function comes from: the package that is imported, `(global)` for what nothing declares,
 * null for code of the project and for what cannot be told. `app` in `const app = express()` comes from `express`.
 */
export function originOf(project: ProjectModel, expression: ts.Expression, depth = 0): string | null {
  const node = skipOuter(expression);
  if (depth > deepest) return null;
  const next = (each: ts.Expression): string | null => originOf(project, each, depth + 1);
  if (ts.isAwaitExpression(node)) return next(node.expression);
  if (ts.isPropertyAccessExpression(node)) {
    const own = declarationsOf(project, node.name);
    return own.length > 0 ? originOfDeclarations(project, own, depth) : next(node.expression);
  }
  if (ts.isNewExpression(node)) return next(node.expression);
  if (ts.isCallExpression(node)) {
    const required = requiredBy(node);
    if (required !== null) return required.startsWith('.') ? null : required;
    return next(node.expression);
  }
  if (!ts.isIdentifier(node)) return null;
  const declarations = declarationsOf(project, node);
  if (declarations.length > 0) return originOfDeclarations(project, declarations, depth);
  return project.checker.getSymbolAtLocation(node) === undefined ? '(global)' : originOfImport(project, node);
}

function originOfDeclarations(
  project: ProjectModel,
  declarations: readonly ts.Declaration[],
  depth: number,
): string | null {
  const [declaration] = declarations;
  if (declaration === undefined) return null;
  const imported = importedFrom(declaration);
  if (imported !== null) return imported.startsWith('.') ? null : imported;
  const holder = ts.isBindingElement(declaration)
    ? ts.findAncestor(declaration, ts.isVariableDeclaration)
    : declaration;
  const value = holder !== undefined && ts.isVariableDeclaration(holder) ? holder.initializer : undefined;
  return value === undefined ? null : originOf(project, value, depth + 1);
}

/** Imports of packages stay unresolved, so that the name itself has no declaration. */
function originOfImport(project: ProjectModel, name: ts.Identifier): string | null {
  const [declaration] = project.checker.getSymbolAtLocation(name)?.declarations ?? [];
  const imported = declaration === undefined ? null : importedFrom(declaration);
  return imported === null || imported.startsWith('.') ? null : imported;
}

function importedFrom(declaration: ts.Node): string | null {
  const statement = ts.findAncestor(declaration, ts.isImportDeclaration);
  if (statement === undefined || !ts.isStringLiteral(statement.moduleSpecifier)) return null;
  return bareModule(statement.moduleSpecifier.text);
}

function requiredBy(call: ts.CallExpression): string | null {
  const [specifier] = call.arguments;
  const isLoad =
    call.expression.kind === ts.SyntaxKind.ImportKeyword ||
    (ts.isIdentifier(call.expression) && call.expression.text === 'require');
  return isLoad && specifier !== undefined && ts.isStringLiteralLike(specifier)
    ? bareModule(specifier.text)
    : null;
}

const promiseModules = /^(fs\/promises|timers\/promises|dns\/promises|stream\/promises|readline\/promises)$/;

/** Whether an expression certainly is a promise of the language, whose `then` and `finally` wait for their callbacks. */
export function isPromise(project: ProjectModel, expression: ts.Expression, depth = 0): boolean {
  const node = skipOuter(expression);
  if (depth > deepest) return false;
  if (ts.isNewExpression(node)) return node.expression.getText() === 'Promise';
  if (ts.isIdentifier(node)) {
    const [declaration] = declarationsOf(project, node);
    const value =
      declaration !== undefined && ts.isVariableDeclaration(declaration)
        ? declaration.initializer
        : undefined;
    return value !== undefined && isPromise(project, value, depth + 1);
  }
  if (!ts.isCallExpression(node)) return false;
  const callee = skipOuter(node.expression);
  if (callee.kind === ts.SyntaxKind.ImportKeyword || callee.getText() === 'fetch') return true;
  const declared = project.checker.getResolvedSignature(node)?.declaration;
  if (declared !== undefined && isAsync(declared)) return true;
  if (!ts.isPropertyAccessExpression(callee)) return promiseModules.test(originOf(project, callee) ?? '');
  if (callee.expression.getText() === 'Promise') return true;
  if (/^(then|catch|finally)$/.test(callee.name.text))
    return isPromise(project, callee.expression, depth + 1);
  return (
    promiseModules.test(originOf(project, callee) ?? '') || /\bpromises$/.test(callee.expression.getText())
  );
}
