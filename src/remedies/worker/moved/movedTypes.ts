import ts from 'typescript';
import { ok } from '../../../base/result.ts';
import type { Result } from '../../../base/result.ts';
import { contains } from '../../../code/scopes.ts';
import { isExported } from '../../../code/modules/exportedFunction.ts';
import { topLevelStatement } from '../../edits/importEdits.ts';
import { ownExportName, specifierOf } from '../../../code/modules/importedName.ts';
import type { Refusal, TextEdit } from '../../plan.ts';
import { refuse } from '../../refuse.ts';
import { referencesTo } from '../../../code/sourceModel.ts';
import type { SourceModel } from '../../../code/sourceModel.ts';
import type { WorkerFile, WorkerImport } from '../workerFile.ts';

/** What moved code needs so that its types are known in the worker module. */
export interface MovedTypes {
  /** Types that nothing else uses move along. */
  readonly moved: readonly ts.Statement[];
  readonly imports: readonly WorkerImport[];
  /** Types that others use as well are exported by the file and imported back. */
  readonly edits: readonly TextEdit[];
}

/** Finds the types that moved statements name. */
export function typesOfMoved(
  model: SourceModel,
  statements: readonly ts.Statement[],
  { owner, style }: WorkerFile,
): Result<MovedTypes, Refusal> {
  const moved = new Set<ts.Statement>();
  const imports = new Map<string, WorkerImport>();
  const exported = new Set<ts.Statement>();
  const isMoving = (node: ts.Node): boolean => [...statements, ...moved].some((each) => contains(each, node));
  const pending = [...statements];
  for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
    for (const name of typeNames(next)) {
      const declaration = model.checker.getSymbolAtLocation(name)?.declarations?.[0];
      if (declaration === undefined || isMoving(declaration)) continue;
      const specifier = specifierOfImport(declaration);
      const statement = specifier === null ? topLevelStatement(model, declaration) : null;
      if (statement !== null && isOnlyUsedBy(model, declaration, statement, isMoving)) {
        moved.add(statement);
        pending.push(statement);
        continue;
      }
      if (statement !== null && !isExported(statement)) {
        // The fix makes it a module, when it is none yet, by what it imports.
        if (style.modules === 'require') return noExport(model, name);
        exported.add(statement);
      }
      imports.set(name.text, importOfType(declaration, name.text, specifier ?? owner));
    }
  }
  const edits = [...exported].map((each) => exportEdit(model, each));
  return ok({ moved: [...moved], imports: [...imports.values()], edits });
}

const noExport = (model: SourceModel, name: ts.Identifier): Result<never, Refusal> =>
  refuse(
    model,
    name,
    'function-not-importable',
    `Export the type ${name.text} first, so that the worker module can use it.`,
  );

function exportEdit(model: SourceModel, statement: ts.Statement): TextEdit {
  const start = statement.getStart(model.file);
  // The keyword is written again: imports may be put before it, at the same place.
  const keyword = /^\w+/.exec(model.text.slice(start))?.[0] ?? '';
  return { path: model.path, start, end: start + keyword.length, text: `export ${keyword}` };
}

const specifierOfImport = (declaration: ts.Declaration): string | null =>
  ts.isImportSpecifier(declaration) || ts.isImportClause(declaration) || ts.isNamespaceImport(declaration)
    ? specifierOf(declaration)
    : null;

function importOfType(declaration: ts.Declaration, local: string, specifier: string): WorkerImport {
  if (ts.isNamespaceImport(declaration)) return { specifier, names: local, isType: true };
  const exported = ts.isImportClause(declaration) ? 'default' : (ownExportName(declaration) ?? local);
  return { specifier, names: [[exported, local]], isType: true };
}

/** A type or interface, declared once, that is not exported and that only moving code names. */
function isOnlyUsedBy(
  model: SourceModel,
  declaration: ts.Declaration,
  statement: ts.Statement,
  isMoving: (node: ts.Node) => boolean,
): boolean {
  if (!ts.isTypeAliasDeclaration(statement) && !ts.isInterfaceDeclaration(statement)) return false;
  const name = ts.getNameOfDeclaration(declaration);
  const symbol = name && model.checker.getSymbolAtLocation(name);
  if (symbol === undefined || symbol.declarations?.length !== 1 || isExported(statement)) return false;
  return referencesTo(model, symbol).every((each) => isMoving(each) || contains(statement, each));
}

/** The names that types begin with: `http` in `http.Server`. */
function typeNames(root: ts.Node): readonly ts.Identifier[] {
  const found: ts.Identifier[] = [];
  const first = (name: ts.EntityName): ts.Identifier => (ts.isIdentifier(name) ? name : first(name.left));
  const visit = (node: ts.Node): void => {
    if (ts.isTypeReferenceNode(node)) found.push(first(node.typeName));
    if (ts.isTypeQueryNode(node)) found.push(first(node.exprName));
    const isInherited =
      ts.isExpressionWithTypeArguments(node) &&
      ts.isHeritageClause(node.parent) &&
      (ts.isInterfaceDeclaration(node.parent.parent) ||
        node.parent.token === ts.SyntaxKind.ImplementsKeyword);
    if (isInherited && ts.isIdentifier(node.expression)) found.push(node.expression);
    ts.forEachChild(node, visit);
  };
  visit(root);
  return found;
}
