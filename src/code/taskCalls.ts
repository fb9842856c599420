import ts from 'typescript';
import type { SourceProvider } from './sourceProvider.ts';
import { moduleRefOf, skipOuter } from './bindings.ts';
import { exportedDeclaration, exportedExpression, exportedFunction } from './modules/exportedFunction.ts';
import { importedName } from './modules/importedName.ts';
import { namedFunctionOf } from './namedFunction.ts';
import type { NamedFunction } from './namedFunction.ts';
import { modelSource, symbolOf } from './sourceModel.ts';
import type { SourceModel } from './sourceModel.ts';

/** A function that is a task already, and the function that runs for it, if known. */
export interface ExistingTask {
  readonly model: SourceModel;
  readonly runs: { readonly model: SourceModel; readonly named: NamedFunction } | null;
}

/** Whether an expression is `task(import.meta.url, 'file#name', fn)`, as fixes and people write it in worker modules. */
export function isTaskCall(model: SourceModel, expression: ts.Expression): expression is ts.CallExpression {
  const node = skipOuter(expression);
  if (!ts.isCallExpression(node) || node.arguments.length !== 3) return false;
  const [place, id] = node.arguments;
  const ref = moduleRefOf(model, node.expression);
  return (
    ref?.path.join('.') === 'task' &&
    /^(import\.meta\.url|__filename)$/.test(place?.getText() ?? '') &&
    id !== undefined &&
    ts.isStringLiteralLike(id) &&
    id.text.includes('#')
  );
}

/** The task that a module exports under a name, through re-exports; null where it is none. */
export function exportedTask(project: SourceProvider, model: SourceModel, name: string): ExistingTask | null {
  const found = exportedDeclaration(project, model, name);
  if (found === null) return taskIn(project, model, onlyExpression(model, name));
  const { declaration } = found;
  if (ts.isVariableDeclaration(declaration) && declaration.initializer !== undefined) {
    const made = taskIn(project, found.model, declaration.initializer);
    if (made !== null) return made;
  }
  const named = namedFunctionOf(declaration);
  return named !== null && isMarked(found.model, declaration)
    ? { model: found.model, runs: { model: found.model, named } }
    : null;
}

/** What a module assigns to `exports.name`, when it does so once. */
function onlyExpression(model: SourceModel, name: string): ts.Expression | undefined {
  const found = model.file.statements.flatMap((each) => exportedExpression(each, name) ?? []);
  return found.length === 1 ? found[0] : undefined;
}

function taskIn(
  project: SourceProvider,
  model: SourceModel,
  expression: ts.Expression | undefined,
): ExistingTask | null {
  if (expression === undefined || !isTaskCall(model, expression)) return null;
  const [, , fn] = expression.arguments;
  return { model, runs: fn === undefined ? null : functionOf(project, model, skipOuter(fn)) };
}

/** The function that an argument of `task()` stands for. */
function functionOf(project: SourceProvider, model: SourceModel, fn: ts.Expression): ExistingTask['runs'] {
  if (ts.isArrowFunction(fn) || ts.isFunctionExpression(fn)) {
    const statement = ts.findAncestor(fn, ts.isStatement);
    return statement === undefined ? null : { model, named: { name: 'The task', fn, statement } };
  }
  const declaration = ts.isIdentifier(fn) ? symbolOf(model, fn)?.declarations?.[0] : undefined;
  const own = declaration === undefined ? null : namedFunctionOf(declaration);
  if (own !== null) return { model, named: own };
  const imported = importedName(project, model, fn);
  return imported === null
    ? null
    : exportedFunction(project, modelSource(imported.source), imported.exportName);
}

/** Whether a statement `task(…, name)` of the file makes a declared function a task. */
const isMarked = (model: SourceModel, declaration: ts.Declaration): boolean =>
  model.file.statements.some((each) => {
    if (!ts.isExpressionStatement(each) || !isTaskCall(model, each.expression)) return false;
    const fn = each.expression.arguments[2];
    return fn !== undefined && ts.isIdentifier(fn) && symbolOf(model, fn)?.declarations?.[0] === declaration;
  });
