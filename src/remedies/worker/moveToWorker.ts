import ts from 'typescript';
import { ok } from '../../base/result.ts';
import type { Result } from '../../base/result.ts';
import { contains } from '../../code/scopes.ts';
import type { Capture } from './captures.ts';
import { checkAcrossModules } from './crossModule.ts';
import { isExported } from '../../code/exportedFunction.ts';
import { dropBinding, topLevelStatement } from '../edits/importEdits.ts';
import type { EditContext } from '../edits/importEdits.ts';
import { ownExportName, specifierOf } from '../../code/importedName.ts';
import { isImport } from '../../code/importedName.ts';
import type { NamedFunction } from '../../code/namedFunction.ts';
import type { Refusal, TextEdit } from '../plan.ts';
import type { ProjectSources } from '../../code/projectSources.ts';
import { refuse } from '../refuse.ts';
import { referencesTo } from '../../code/sourceModel.ts';
import type { SourceModel } from '../../code/sourceModel.ts';
import { declares, executorImport, workerFileEdits, workerFileOf } from './workerFile.ts';
import { copiesWarning, givesItsInput } from './workerAnswer.ts';
import type { TaskBinding, WorkerFile, WorkerImport } from './workerFile.ts';

/** Moves a function of the file and what it needs of the file into the worker module, and imports it back. */
export function moveToWorker(
  context: EditContext,
  project: ProjectSources,
  call: ts.CallExpression,
  named: NamedFunction,
): Result<TaskBinding, Refusal> {
  const { model } = context;
  const movable = checkAcrossModules(project, model, named);
  if (!movable.ok) return movable;
  const worker = workerFileOf(project, model);
  const local = movable.value.filter(({ declaration }) => !isImport(declaration));
  const moved = uniqueStatements(model, named, local);
  const names = [named.name, ...local.map(({ name }) => name)];
  const obstacle = obstacleToMoving(model, call, worker, { named, moved, names });
  if (obstacle !== null) return obstacle;
  const types = typeImports(model, moved, worker.owner);
  if (!types.ok) return types;
  const imports = [...copiedImports(movable.value), ...types.value];
  return ok({
    name: named.name,
    edits: [
      ...moveEdits(context, worker, named, imports, moved),
      ...emptiedImports(model, movable.value, moved),
    ],
    warnings: givesItsInput(model, named) ? [copiesWarning] : [],
  });
}

/** What is about to move: the function, the statements it takes along, and the names these declare. */
interface Move {
  readonly named: NamedFunction;
  readonly moved: readonly ts.Statement[];
  readonly names: readonly string[];
}

function obstacleToMoving(
  model: SourceModel,
  call: ts.CallExpression,
  worker: WorkerFile,
  { named, moved, names }: Move,
): Result<never, Refusal> | null {
  const no = (node: ts.Node, message: string): Result<never, Refusal> =>
    refuse(model, node, 'function-not-importable', message);
  const awkward = moved.find(
    (each) => ts.isVariableStatement(each) && each.declarationList.declarations.length !== 1,
  );
  if (awkward !== undefined)
    return no(awkward, 'Declare these separately first, so that one of them can move.');
  const fixed = moved.find((each) => isDefaultExport(each) || contains(each, call));
  if (fixed !== undefined)
    return no(fixed, `${nameOf(fixed)} cannot move: export it by name from a module of its own.`);
  const clash = names.find((name) => declares(worker, name));
  if (clash !== undefined)
    return no(named.fn, `${worker.stem} has a ${clash} of its own: rename one of them.`);
  return null;
}

function uniqueStatements(
  model: SourceModel,
  named: NamedFunction,
  local: readonly Capture[],
): readonly ts.Statement[] {
  const found = new Set<ts.Statement>([named.statement]);
  for (const { declaration } of local) {
    const statement = topLevelStatement(model, declaration);
    if (statement !== null) found.add(statement);
  }
  return [...found].sort((a, b) => a.pos - b.pos);
}

function moveEdits(
  context: EditContext,
  worker: WorkerFile,
  named: NamedFunction,
  imports: readonly WorkerImport[],
  moved: readonly ts.Statement[],
): readonly TextEdit[] {
  const { model, style } = context;
  const isInside = (node: ts.Node): boolean =>
    moved.some((each) => each.pos <= node.pos && node.end <= each.end);
  const used = moved.filter((statement) => isUsedOutside(model, statement, isInside)).map(nameOf);
  const back = [
    ...used,
    ...moved.filter((each) => isExported(each) && !used.includes(nameOf(each))).map(nameOf),
  ];
  const texts = moved.map((statement) =>
    movedText(worker, model, statement, back.includes(nameOf(statement))),
  );
  const { quote, semicolon } = worker.style;
  const id = `${quote}${worker.stem}#${named.name}${quote}`;
  const mark = `task(${worker.here}, ${id}, ${named.name})${semicolon}`;
  const commonJs =
    worker.style.modules === 'require' ? back.map((name) => `exports.${name} = ${name}${semicolon}`) : [];
  const made = workerFileEdits(
    worker,
    [executorImport, ...imports],
    [...texts, [...commonJs, mark].join(style.eol)],
  );
  const { specifier } = worker;
  return [
    ...made,
    ...moved.flatMap((each) => removalOf(context, each, specifier)),
    ...importsBack(context, used, specifier),
  ];
}

function importsBack(context: EditContext, names: readonly string[], specifier: string): readonly TextEdit[] {
  const { model, style } = context;
  const [first] = names;
  if (first === undefined) return [];
  const list = `{ ${names.join(', ')} }`;
  const from = `${style.quote}${specifier}${style.quote}`;
  const line =
    style.modules === 'import' ? `import ${list} from ${from}` : `const ${list} = require(${from})`;
  return [insertBelowImports(context, line + style.semicolon, model)];
}

function insertBelowImports(context: EditContext, line: string, model: SourceModel): TextEdit {
  const anchor = model.file.statements.findLast(
    (each) =>
      ts.isImportDeclaration(each) ||
      (ts.isVariableStatement(each) && isImport(each.declarationList.declarations[0] ?? each)),
  );
  const at = anchor?.end ?? model.file.statements[0]?.getStart(model.file) ?? 0;
  const text = anchor === undefined ? line + context.style.eol + context.style.eol : context.style.eol + line;
  return { path: model.path, start: at, end: at, text };
}

const nameOf = (statement: ts.Statement): string =>
  ts.isVariableStatement(statement)
    ? (statement.declarationList.declarations[0]?.name.getText() ?? '')
    : ((statement as ts.FunctionDeclaration).name?.text ?? '');

function isUsedOutside(
  model: SourceModel,
  statement: ts.Statement,
  isInside: (node: ts.Node) => boolean,
): boolean {
  const name = ts.isVariableStatement(statement)
    ? statement.declarationList.declarations[0]?.name
    : (statement as ts.FunctionDeclaration).name;
  const symbol =
    name !== undefined && ts.isIdentifier(name) ? model.checker.getSymbolAtLocation(name) : undefined;
  if (symbol === undefined) return true;
  return referencesTo(model, symbol).some((each) => !isInside(each));
}

/** The text of a statement with its comments, exported when others use it. */
function movedText(worker: WorkerFile, model: SourceModel, statement: ts.Statement, isUsed: boolean): string {
  const start = commentStart(model, statement);
  const code = statement.getStart(model.file);
  const text = model.text.slice(code, statement.end).replace(/^export\s+(default\s+)?/, '');
  const keyword = isUsed && worker.style.modules === 'import' ? 'export ' : '';
  return model.text.slice(start, code) + keyword + text;
}

/** Comments that touch a statement belong to it; those above an empty line do not. */
function commentStart(model: SourceModel, statement: ts.Statement): number {
  const comments = ts.getLeadingCommentRanges(model.text, statement.pos) ?? [];
  let start = statement.getStart(model.file);
  for (const comment of [...comments].reverse()) {
    if (/\n[ \t]*\r?\n/.test(model.text.slice(comment.end, start))) break;
    start = comment.pos;
  }
  return start;
}

function removalOf(
  { model, style }: EditContext,
  statement: ts.Statement,
  specifier: string,
): readonly TextEdit[] {
  const start = commentStart(model, statement);
  const gap = /^[ \t]*\r?\n(?:[ \t]*\r?\n)?/.exec(model.text.slice(statement.end))?.[0].length ?? 0;
  const from = `${style.quote}${specifier}${style.quote}${style.semicolon}`;
  if (isExported(statement)) {
    return [
      { path: model.path, start, end: statement.end, text: `export { ${nameOf(statement)} } from ${from}` },
    ];
  }
  return [{ path: model.path, start, end: statement.end + gap, text: '' }];
}

function copiedImports(captures: readonly Capture[]): readonly WorkerImport[] {
  return captures.flatMap(({ declaration, name }): readonly WorkerImport[] => {
    const specifier = isImport(declaration) ? specifierOf(declaration) : null;
    if (specifier === null) return [];
    const exported = ownExportName(declaration) ?? (ts.isImportClause(declaration) ? 'default' : null);
    return [{ specifier, names: exported === null ? name : [[exported, name]] }];
  });
}

/** Imports of the file that only the moved code used. */
function emptiedImports(
  model: SourceModel,
  captures: readonly Capture[],
  moved: readonly ts.Statement[],
): readonly TextEdit[] {
  return captures.flatMap(({ declaration, symbol }) => {
    const isLeft = referencesTo(model, symbol).some(
      (each) => !moved.some((statement) => contains(statement, each)),
    );
    return isImport(declaration) && !isLeft ? dropBinding(model, declaration) : [];
  });
}

const isDefaultExport = (statement: ts.Statement): boolean =>
  ts.canHaveModifiers(statement) &&
  (ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword) ?? false);

/** Types that the moved code names: imported again, or from the file itself where it exports them. */
function typeImports(
  model: SourceModel,
  moved: readonly ts.Statement[],
  owner: string,
): Result<readonly WorkerImport[], Refusal> {
  const imports = new Map<string, WorkerImport>();
  for (const name of moved.flatMap(typeNames)) {
    const declaration = model.checker.getSymbolAtLocation(name)?.declarations?.[0];
    if (declaration === undefined || moved.some((each) => contains(each, declaration))) continue;
    const specifier = ts.isImportSpecifier(declaration)
      ? specifierOf(declaration)
      : isExportedHere(model, declaration)
        ? owner
        : null;
    if (specifier === null) {
      return refuse(
        model,
        name,
        'function-not-importable',
        `Export the type ${name.text} first, so that the worker module can use it.`,
      );
    }
    const exported = ownExportName(declaration) ?? name.text;
    imports.set(name.text, { specifier, names: [[exported, name.text]], isType: true });
  }
  return ok([...imports.values()]);
}

function isExportedHere(model: SourceModel, declaration: ts.Declaration): boolean {
  const statement = topLevelStatement(model, declaration);
  return statement !== null && isExported(statement);
}

function typeNames(root: ts.Node): readonly ts.Identifier[] {
  const found: ts.Identifier[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isTypeReferenceNode(node) && ts.isIdentifier(node.typeName)) found.push(node.typeName);
    ts.forEachChild(node, visit);
  };
  visit(root);
  return found;
}
