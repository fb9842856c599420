import ts from 'typescript';
import { isRequire } from '../../code/bindings.ts';
import { folderOf, joinPath } from '../../code/modules/projectSources.ts';
import type { ProjectSources } from '../../code/modules/projectSources.ts';
import type { ProjectModel } from '../../code/references/projectModel.ts';
import { enclosingFunction } from '../../code/scopes.ts';
import type { Refusal } from '../plan.ts';
import { refusalAt } from '../refuse.ts';

/**
 * Why a module must not wait at its top level: somebody loads it, or a module that imports it, by `require()`, which fails
 * then with ERR_REQUIRE_ASYNC_MODULE. Null where nobody does, and where it waits already.
 */
export function refuseRequired(
  project: ProjectModel,
  sources: ProjectSources,
  call: ts.CallExpression,
): Refusal | null {
  const file = call.getSourceFile();
  const importing = new Set([file]);
  for (let before = 0; before !== importing.size;) {
    before = importing.size;
    for (const { file: other } of project.models)
      if (other.statements.some((each) => [...importing].some((one) => imports(other, each, one))))
        importing.add(other);
  }
  if (waitsAlready(file)) return null;
  const required = requireIn(project, importing) ?? requireInText(sources, importing);
  if (required === null) return null;
  const message = `${required} loads this module by require(), which fails as soon as the module waits at its top level: load it with import() first, or wait inside a function.`;
  return refusalAt(project.modelOf(call), call, 'top-level-await', message);
}

const stemOf = (path: string): string => path.replace(/\.[cm]?[jt]sx?$/, '').replace(/\/index$/, '');

/** Whether a specifier in a file means another file: by its whole path, endings left out where they are left out. */
function means(from: string, specifier: string, file: ts.SourceFile): boolean {
  if (!/^\.\.?(\/|$)/.test(specifier)) return false;
  const path = joinPath(folderOf(from), specifier);
  const hasEnding = /\.[cm]?[jt]sx?$/.test(specifier);
  return path === file.fileName || stemOf(path) === stemOf(file.fileName)
    ? !hasEnding || endingOf(path) === endingOf(file.fileName)
    : false;
}

/** `.mjs` for `.mts`, which it is compiled to. */
const endingOf = (path: string): string =>
  (/\.[cm]?[jt]sx?$/.exec(path)?.[0] ?? '').replace('ts', 'js').replace('jsx', 'js');

/** Whether a statement imports a file when its own module is loaded. */
function imports(from: ts.SourceFile, statement: ts.Statement, file: ts.SourceFile): boolean {
  if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) return false;
  const specifier = statement.moduleSpecifier;
  const isType = ts.isImportDeclaration(statement)
    ? statement.importClause?.isTypeOnly === true
    : statement.isTypeOnly;
  return !isType && specifier !== undefined && ts.isStringLiteral(specifier)
    ? means(from.fileName, specifier.text, file)
    : false;
}

function waitsAlready(file: ts.SourceFile): boolean {
  const visit = (node: ts.Node): boolean => {
    const waits =
      ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier !== undefined);
    if (waits && enclosingFunction(node) === null) return true;
    return ts.forEachChild(node, visit) ?? false;
  };
  return visit(file);
}

/** The file, with its line, that requires one of these modules. */
function requireIn(project: ProjectModel, modules: ReadonlySet<ts.SourceFile>): string | null {
  for (const model of project.models) {
    const visit = (node: ts.Node): ts.Node | undefined => {
      const specifier = requiredBy(node);
      const isMeant =
        specifier !== null && [...modules].some((each) => means(model.file.fileName, specifier.text, each));
      const isCall = ts.isCallExpression(node) && isRequire(model, node.expression);
      return isMeant && (isCall || ts.isImportEqualsDeclaration(node)) ? node : ts.forEachChild(node, visit);
    };
    const found = visit(model.file);
    if (found !== undefined) return nameOf(model.path);
  }
  return null;
}

function requiredBy(node: ts.Node): ts.StringLiteralLike | null {
  const specifier = ts.isCallExpression(node)
    ? node.arguments[0]
    : ts.isImportEqualsDeclaration(node) && ts.isExternalModuleReference(node.moduleReference)
      ? node.moduleReference.expression
      : undefined;
  return specifier !== undefined && ts.isStringLiteralLike(specifier) ? specifier : null;
}

/** Scripts that are not among the sources require modules, too. */
function requireInText(sources: ProjectSources, modules: ReadonlySet<ts.SourceFile>): string | null {
  for (const { path, text } of sources.otherTexts?.() ?? []) {
    const required = [...text.matchAll(/\brequire\(\s*['"`](\.[^'"`]+)['"`]\s*\)/g)];
    if (required.some(([, specifier]) => [...modules].some((each) => means(path, specifier ?? '', each))))
      return nameOf(path);
  }
  return null;
}

const nameOf = (path: string): string => path.replaceAll('\\', '/').split('/').at(-1) ?? path;
