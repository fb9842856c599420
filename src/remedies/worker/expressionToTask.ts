import ts from 'typescript';
import { ok } from '../../base/result.ts';
import type { Result } from '../../base/result.ts';
import { joinEdits } from '../edits/applyEdits.ts';
import { assumptionAt } from '../assumption.ts';
import { enclosingFunction } from '../../code/scopes.ts';
import { nameOfFunction } from '../safety/awaitContext.ts';
import { awaitWrapping } from '../edits/awaitEdit.ts';
import { skipOuter } from '../../code/bindings.ts';
import { partsOf } from './expressionParts.ts';
import type { Parts } from './expressionParts.ts';
import type { Extraction } from './extraction.ts';
import { bindExport } from '../edits/importEdits.ts';
import type { EditContext } from '../edits/importEdits.ts';
import { isImport } from '../../code/modules/importedName.ts';
import { nameOfStatement } from './moved/movedStatements.ts';
import { freeName } from '../../code/names.ts';
import type { Plan, Refusal, TextEdit } from '../plan.ts';
import type { SourceModel } from '../../code/sourceModel.ts';
import { importOf } from '../async/twinExpression.ts';
import {
  declares,
  exportTask,
  executorImport,
  taskCall,
  workerFileEdits,
  workerFileOf,
} from './workerFile.ts';
import type { WorkerFile } from './workerFile.ts';

/** Methods of strings, arrays and regular expressions that can run long and answer with data. */
const methods = new Set(
  'replace replaceAll match test exec search split toSorted toSpliced map filter flatMap reduce reduceRight some every join localeCompare normalize'.split(
    ' ',
  ),
);

/** Methods whose result holds the same elements as the receiver; from a worker they would be copies. */
const keepsElements = new Set('toSorted toSpliced map filter flatMap reduce reduceRight'.split(' '));

/** Whether a call is a method of a value rather than a function of a module. */
export function isOwnMethod(model: SourceModel, call: ts.CallExpression): boolean {
  const callee = skipOuter(call.expression);
  if (!ts.isPropertyAccessExpression(callee) || !methods.has(callee.name.text)) return false;
  const root = skipOuter(callee.expression);
  return !ts.isIdentifier(root) || !isImportedName(model, root);
}

function isImportedName(model: SourceModel, name: ts.Identifier): boolean {
  const declaration = model.checker.getSymbolAtLocation(name)?.declarations?.[0];
  return (
    declaration !== undefined &&
    (isImport(declaration) || ts.isNamespaceImport(declaration)) &&
    !isDataImport(declaration)
  );
}

/** A named import may be data (`products.toSorted(…)`), a namespace or default is taken for a module. */
const isDataImport = (declaration: ts.Declaration): boolean =>
  ts.isImportSpecifier(declaration) || ts.isBindingElement(declaration);

/** The expression becomes a task whose parameters are what it takes from the function around it. */
export function expressionToTask(extraction: Extraction): Result<Plan, Refusal> {
  const { context, project, call, executorModule } = extraction;
  const { model } = context;
  const parts = partsOf(extraction);
  if (!parts.ok) return parts;
  const worker = workerFileOf(project, model, executorModule);
  const method = (skipOuter(call.expression) as ts.PropertyAccessExpression).name.text;
  const name = freeName(new Set([...context.taken, ...namesOf(worker)]), [taskName(method, call)]);
  const task: NewTask = { worker, name };
  const copies = keepsElements.has(method)
    ? [assumptionAt(model, call, 'loses-identity', `What ${method} gives`)]
    : [];
  return ok({
    kind: 'extract',
    title: `Move ${method}(…) to a worker module: await toThread(${name}, …)`,
    edits: joinEdits([
      ...callEdits(context, call, task, parts.value),
      ...workerEdits(worker, model, call, name, parts.value),
    ]),
    needsExecutor: true,
    asyncSpread: [],
    typeChecked: false,
    assumptions: [...parts.value.assumptions, ...copies],
    warnings: [],
  });
}

/** The task that an expression becomes. */
interface NewTask {
  readonly worker: WorkerFile;
  readonly name: string;
}

/** The expression replaced by a call of its task, with the imports that this takes. */
function callEdits(
  context: EditContext,
  call: ts.CallExpression,
  { worker, name }: NewTask,
  { parameters }: Parts,
): readonly TextEdit[] {
  const runner = importOf(context, call, { module: worker.executorModule, exportName: 'toThread' });
  const bound = bindExport(context, {
    specifier: worker.specifier,
    exportName: name,
    wanted: [name],
    retired: null,
    near: null,
  });
  const { before, after } = awaitWrapping(context.model, call);
  const list = [bound.name, ...parameters.map(({ argument }) => argument)].join(', ');
  const text = `${before}${runner.name}(${list})${after}`;
  const start = call.getStart(context.model.file);
  return [{ path: context.model.path, start, end: call.end, text }, ...runner.edits, ...bound.edits];
}

const namesOf = ({ existing }: WorkerFile): readonly string[] =>
  existing === null ? [] : [...existing.text.matchAll(/[A-Za-z_$][\w$]*/g)].map(([word]) => word);

function taskName(method: string, call: ts.CallExpression): string {
  const fn = enclosingFunction(call);
  const owner = fn === null ? '' : nameOfFunction(fn);
  return owner === '' || owner === 'This function'
    ? `${method}Task`
    : `${method}For${owner.slice(0, 1).toUpperCase()}${owner.slice(1)}`;
}

function workerEdits(
  worker: WorkerFile,
  model: SourceModel,
  call: ts.CallExpression,
  name: string,
  { parameters, along, imports }: Parts,
) {
  const copies = along
    .filter((each) => !declares(worker, nameOfStatement(each)))
    .map((each) => each.getText(model.file).replace(/^export\s+/, ''));
  const list = parameters.map(({ name: own, type }) => (type === null ? own : `${own}: ${type}`)).join(', ');
  const fn = `(${list}) => ${bodyOf(model, call, parameters)}`;
  const made = exportTask(worker, name, taskCall(worker, name, fn));
  return workerFileEdits(worker, [executorImport(worker), ...imports], [...copies, made]);
}

/** The text of the call with the passed chains replaced by their parameters. */
function bodyOf(model: SourceModel, call: ts.CallExpression, parameters: Parts['parameters']): string {
  const start = call.getStart(model.file);
  const places = parameters
    .flatMap(({ name, uses }) => uses.map((use) => ({ name, start: use.getStart(model.file), end: use.end })))
    .sort((a, b) => b.start - a.start);
  let text = model.text.slice(start, call.end);
  for (const place of places)
    text = text.slice(0, place.start - start) + place.name + text.slice(place.end - start);
  return text;
}
