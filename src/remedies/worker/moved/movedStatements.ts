import ts from 'typescript';
import type { Result } from '../../../base/result.ts';
import { contains } from '../../../code/scopes.ts';
import type { Capture } from '../crossing/captures.ts';
import { ownExportName } from '../../../code/modules/importedName.ts';
import type { NamedFunction } from '../../../code/namedFunction.ts';
import type { Refusal } from '../../plan.ts';
import { refuse } from '../../refuse.ts';
import { referencesTo } from '../../../code/sourceModel.ts';
import type { SourceModel } from '../../../code/sourceModel.ts';
import { declares } from '../workerFile.ts';
import type { WorkerFile } from '../workerFile.ts';

/** What is about to move: the function, the statements it takes along, and names that the worker module has already. */
export interface Move {
  readonly named: NamedFunction;
  readonly moved: readonly ts.Statement[];
  readonly shared: readonly Capture[];
}

/** Why statements cannot move to a worker module; `call` where it stands in the same file. */
export function obstacleToMoving(
  model: SourceModel,
  call: ts.CallExpression | null,
  worker: WorkerFile,
  { named, moved, shared }: Move,
): Result<never, Refusal> | null {
  const no = (node: ts.Node, message: string): Result<never, Refusal> =>
    refuse(model, node, 'function-not-importable', message);
  const awkward = moved.find(
    (each) => ts.isVariableStatement(each) && each.declarationList.declarations.length !== 1,
  );
  if (awkward !== undefined)
    return no(awkward, 'Declare these variables separately first, so that one of them can move.');
  const fixed = moved.find((each) => isDefaultExport(each) || (call !== null && contains(each, call)));
  if (fixed !== undefined)
    return no(fixed, `${nameOfStatement(fixed)} cannot move: export it by name from a module of its own.`);
  const clash = moved.map(nameOfStatement).find((name) => declares(worker, name));
  if (clash !== undefined)
    return no(named.fn, `${worker.stem} has a ${clash} of its own: rename one of them.`);
  const renamed = shared.find(({ declaration, name }) => (ownExportName(declaration) ?? name) !== name);
  if (renamed !== undefined)
    return no(
      renamed.declaration,
      `${renamed.name} has another name in ${worker.stem}: use that name here first.`,
    );
  const placed = moved.flatMap((each) => importMetaIn(each) ?? []);
  return placed[0] === undefined
    ? null
    : no(placed[0], 'import.meta names another file once this code has moved: pass the path as an argument.');
}

/** `import.meta`, the folder of the file left out, which stays the same. */
function importMetaIn(root: ts.Node): ts.Node | undefined {
  if (ts.isMetaProperty(root) && root.keywordToken === ts.SyntaxKind.ImportKeyword) {
    const isFolder = ts.isPropertyAccessExpression(root.parent) && root.parent.name.text === 'dirname';
    return isFolder ? undefined : root;
  }
  return ts.forEachChild(root, importMetaIn);
}

const isDefaultExport = (statement: ts.Statement): boolean =>
  ts.canHaveModifiers(statement) &&
  (ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword) ?? false);

const nameNodeOf = (statement: ts.Statement): ts.Node | undefined =>
  ts.isVariableStatement(statement)
    ? statement.declarationList.declarations[0]?.name
    : (statement as ts.DeclarationStatement).name;

/** The name that a statement declares. */
export const nameOfStatement = (statement: ts.Statement): string => nameNodeOf(statement)?.getText() ?? '';

/** Whether a name that a statement declares is used by code that does not move. */
export function isUsedOutside(
  model: SourceModel,
  statement: ts.Statement,
  isInside: (node: ts.Node) => boolean,
): boolean {
  const name = nameNodeOf(statement);
  const symbol =
    name !== undefined && ts.isIdentifier(name) ? model.checker.getSymbolAtLocation(name) : undefined;
  if (symbol === undefined) return true;
  return referencesTo(model, symbol).some((each) => !isInside(each)) || isInExportList(model, symbol.name);
}

/** `export { render }` and `export { render as draw }`. */
const isInExportList = ({ file }: SourceModel, name: string): boolean =>
  file.statements.some(
    (each) =>
      ts.isExportDeclaration(each) &&
      each.moduleSpecifier === undefined &&
      each.exportClause !== undefined &&
      ts.isNamedExports(each.exportClause) &&
      each.exportClause.elements.some((one) => (one.propertyName ?? one.name).text === name),
  );

/** The text of a statement with its comments, exported when others use it. */
export function movedText(
  worker: WorkerFile,
  model: SourceModel,
  statement: ts.Statement,
  isUsed: boolean,
): string {
  const start = commentStart(model, statement);
  const code = statement.getStart(model.file);
  const text = model.text.slice(code, statement.end).replace(/^export\s+(default\s+)?/, '');
  const keyword = isUsed && worker.style.modules === 'import' ? 'export ' : '';
  return model.text.slice(start, code) + keyword + text;
}

/** Comments that touch a statement belong to it; those above an empty line do not. */
export function commentStart(model: SourceModel, statement: ts.Statement): number {
  const comments = ts.getLeadingCommentRanges(model.text, statement.pos) ?? [];
  let start = statement.getStart(model.file);
  for (const comment of [...comments].reverse()) {
    if (/\n[ \t]*\r?\n/.test(model.text.slice(comment.end, start))) break;
    start = comment.pos;
  }
  return start;
}
