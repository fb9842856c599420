import ts from 'typescript';
import { ok } from '../../base/result.ts';
import type { Result } from '../../base/result.ts';
import type { Capture } from './crossing/captures.ts';
import { checkAcrossModules } from './crossing/crossModule.ts';
import { checkInWorker, isGivenObjects } from './crossing/crossing.ts';
import { isExported } from '../../code/modules/exportedFunction.ts';
import type { Extraction } from './extraction.ts';
import { insertBelow, anchorOf, bindExport, topLevelStatement } from '../edits/importEdits.ts';
import type { EditContext } from '../edits/importEdits.ts';
import { ownExportName, specifierOf } from '../../code/modules/importedName.ts';
import { isImport } from '../../code/modules/importedName.ts';
import { emptiedImports, joinedImport, loadedByWorker } from './moved/movedImports.ts';
import {
  commentStart,
  isUsedOutside,
  movedText,
  nameOfStatement,
  obstacleToMoving,
} from './moved/movedStatements.ts';
import { typesOfMoved } from './moved/movedTypes.ts';
import type { NamedFunction } from '../../code/namedFunction.ts';
import type { Refusal, TextEdit } from '../plan.ts';
import { resolveRelative } from '../../code/modules/projectSources.ts';
import type { SourceModel } from '../../code/sourceModel.ts';
import { exportedTask } from '../../code/taskCalls.ts';
import { refuse } from '../refuse.ts';
import { executorImport, taskCall, workerFileEdits, workerFileOf } from './workerFile.ts';
import type { TaskBinding, WorkerFile, WorkerImport } from './workerFile.ts';

/**
 * Moves a function of the file and what it needs of the file into the worker module, and imports it back. `caller` has
 * the call, which may stand in another file.
 */
export function moveToWorker(
  extraction: Extraction,
  named: NamedFunction,
  caller: Extraction = extraction,
): Result<TaskBinding, Refusal> {
  const { context, project, executorModule } = extraction;
  const { model } = context;
  const movable = checkAcrossModules(project, model, named);
  if (!movable.ok) return movable;
  const assumptions = checkInWorker(
    project,
    model,
    named,
    movable.value,
    isGivenObjects(caller.context.model, caller.call),
  );
  if (!assumptions.ok) return assumptions;
  const worker = workerFileOf(project, model, executorModule);
  const existing = existingTask(extraction, worker, named);
  if (existing !== null)
    return existing.ok ? ok({ ...existing.value, assumptions: assumptions.value }) : existing;
  const call = caller === extraction ? caller.call : null;
  const edits = editsOfMove(extraction, named, { worker, call, captures: movable.value.captures });
  return edits.ok ? ok({ name: named.name, edits: edits.value, assumptions: assumptions.value }) : edits;
}

/** Where a function moves to, with what it needs of its file; `call` where it stands in that. */
interface Destination {
  readonly worker: WorkerFile;
  readonly call: ts.CallExpression | null;
  readonly captures: readonly Capture[];
}

function editsOfMove(
  extraction: Extraction,
  named: NamedFunction,
  { worker, call, captures }: Destination,
): Result<readonly TextEdit[], Refusal> {
  const { context, project } = extraction;
  const { model } = context;
  const isOfWorker = (capture: Capture): boolean => comesFrom(extraction, capture, worker.path);
  const foreign = captures.filter(({ declaration }) => isImport(declaration));
  const local = captures.filter(({ declaration }) => !isImport(declaration));
  const statements = uniqueStatements(model, named, local);
  const types = typesOfMoved(model, statements, worker);
  if (!types.ok) return types;
  const moved = [...statements, ...types.value.moved].sort((a, b) => a.pos - b.pos);
  const obstacle =
    obstacleToMoving(model, call, worker, { named, moved, shared: foreign.filter(isOfWorker) }) ??
    loadedByWorker(project, model, foreign);
  if (obstacle !== null) return obstacle;
  const imports = [...copiedImports(foreign.filter((each) => !isOfWorker(each))), ...types.value.imports];
  return ok([
    ...moveEdits(context, worker, named, { imports, moved }),
    ...types.value.edits,
    ...emptiedImports(model, foreign, moved),
  ]);
}

/** The task that the worker module already makes of the function where it is: another call was fixed first. */
function existingTask(
  { context, project }: Extraction,
  worker: WorkerFile,
  { name, fn }: NamedFunction,
): Result<Pick<TaskBinding, 'name' | 'edits'>, Refusal> | null {
  const { model, style } = context;
  const made = worker.existing === null ? null : exportedTask(project, worker.existing, name);
  if (made?.runs?.model.path !== model.path || made.runs.named.name !== name) return null;
  if (!ts.isFunctionDeclaration(fn) || style.modules === 'require') {
    const message = `${worker.stem} imports ${name} from this file, and the two files would import each other: move ${name} to a module of its own.`;
    return refuse(model, fn, 'function-not-importable', message);
  }
  const wanted = [`${name}Task`];
  const request = { specifier: worker.specifier, exportName: name, wanted, retired: null, near: null };
  const bound = bindExport(context, request);
  return ok({ name: bound.name, edits: bound.edits });
}

/** Whether a name is imported from the very module that code moves to: there it needs no import. */
function comesFrom({ project, context }: Extraction, { declaration }: Capture, path: string): boolean {
  const specifier = specifierOf(declaration);
  return specifier !== null && resolveRelative(project, context.model.path, specifier)?.path === path;
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

/** What goes into the worker module. */
interface Contents {
  readonly imports: readonly WorkerImport[];
  readonly moved: readonly ts.Statement[];
}

function moveEdits(
  context: EditContext,
  worker: WorkerFile,
  named: NamedFunction,
  { imports, moved }: Contents,
): readonly TextEdit[] {
  const { model, style } = context;
  const isInside = (node: ts.Node): boolean =>
    moved.some((each) => each.pos <= node.pos && node.end <= each.end);
  const used = moved.filter((each) => isUsedOutside(model, each, isInside)).map(nameOfStatement);
  const exported = moved.filter((each) => isExported(each)).map(nameOfStatement);
  const back = [...used, ...exported.filter((each) => !used.includes(each))];
  const texts = moved.map((each) => movedText(worker, model, each, back.includes(nameOfStatement(each))));
  const { semicolon } = worker.style;
  const mark = `${taskCall(worker, named.name, named.name)}${semicolon}`;
  const commonJs =
    worker.style.modules === 'require' ? back.map((name) => `exports.${name} = ${name}${semicolon}`) : [];
  return [
    ...workerFileEdits(
      worker,
      [executorImport(worker), ...imports],
      [...texts, [...commonJs, mark].join(style.eol)],
    ),
    ...moved.flatMap((each) => removalOf(context, each, worker.specifier)),
    ...importsBack(context, used, worker.specifier),
  ];
}

function importsBack(context: EditContext, names: readonly string[], specifier: string): readonly TextEdit[] {
  const { model, style } = context;
  if (names.length === 0) return [];
  const joined = joinedImport(model, names, specifier);
  if (joined !== null) return [joined];
  const list = `{ ${names.join(', ')} }`;
  const from = `${style.quote}${specifier}${style.quote}`;
  const line =
    style.modules === 'import' ? `import ${list} from ${from}` : `const ${list} = require(${from})`;
  const anchor = model.file.statements.findLast(
    (each) =>
      ts.isImportDeclaration(each) ||
      (ts.isVariableStatement(each) && isImport(each.declarationList.declarations[0] ?? each)),
  );
  return [insertBelow(context, anchor ?? anchorOf(model, null), line + style.semicolon)];
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
    const text = `export { ${nameOfStatement(statement)} } from ${from}`;
    return [{ path: model.path, start, end: statement.end, text }];
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
