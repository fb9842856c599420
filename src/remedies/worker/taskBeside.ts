import ts from 'typescript';
import { ok } from '../../base/result.ts';
import type { Result } from '../../base/result.ts';
import { skipOuter } from '../../code/bindings.ts';
import { checkAcrossModules } from './crossing/crossModule.ts';
import { checkInWorker, isGivenObjects } from './crossing/crossing.ts';
import { exportedFunction } from '../../code/modules/exportedFunction.ts';
import type { Extraction } from './extraction.ts';
import { bindExport, dropBinding, editContext, isImporting } from '../edits/importEdits.ts';
import { styleOf } from '../edits/style.ts';
import { buildOutputOf } from '../../code/buildOutput.ts';
import { moveToWorker } from './moveToWorker.ts';
import { specifierOf } from '../../code/modules/importedName.ts';
import type { ImportedName } from '../../code/modules/importedName.ts';
import type { NamedFunction } from '../../code/namedFunction.ts';
import type { Refusal, TextEdit } from '../plan.ts';
import { firstLoadEffect } from '../../code/modules/pureModule.ts';
import { refuse } from '../refuse.ts';
import { formOfSpecifier } from './importEnding.ts';
import { modelSource, referencesTo, symbolOf } from '../../code/sourceModel.ts';
import type { SourceModel } from '../../code/sourceModel.ts';
import { exportedTask } from '../../code/taskCalls.ts';
import {
  declares,
  exportTask,
  executorImport,
  taskCall,
  workerFileEdits,
  workerFileOf,
} from './workerFile.ts';
import type { TaskBinding, WorkerFile } from './workerFile.ts';

/** An imported function as a task: it is one already, or the worker module next to its own makes it one. */
export function taskBeside(extraction: Extraction, imported: ImportedName): Result<TaskBinding, Refusal> {
  const { context, project, call } = extraction;
  const { specifier, exportName } = imported;
  const start = modelSource(imported.source);
  const existing = exportedTask(project, start, exportName);
  const found = existing?.runs ?? exportedFunction(project, start, exportName);
  if (found === null) {
    const message = `${exportName} of ${specifier} is not a plain function, so a worker cannot call it.`;
    return refuse(context.model, call, 'function-not-importable', message);
  }
  const movable = checkAcrossModules(project, found.model, found.named);
  if (!movable.ok) return movable;
  const checked = checkInWorker(
    project,
    found.model,
    found.named,
    movable.value,
    isGivenObjects(context.model, call),
  );
  if (!checked.ok) return checked;
  const assumptions = checked.value;
  if (existing !== null) return ok({ name: nameAtCall(extraction), edits: [], assumptions });
  const effect = firstLoadEffect(project, start);
  if (effect !== null) {
    const moved = moveFrom(extraction, found, exportName);
    if (moved?.ok === true) return moved;
    const message = `Every worker would load ${specifier} for ${exportName}, and loading it has side effects.`;
    return refuse(effect.model, effect.node, 'function-not-importable', message);
  }
  const form = formOfSpecifier(specifier, start.path) ?? undefined;
  const worker = workerFileOf(project, start, extraction.executorModule, form);
  if (worker.path === start.path) {
    return ok({ name: nameAtCall(extraction), edits: namingEdits(worker, exportName), assumptions });
  }
  const { named } = found;
  return ok({ ...besideBinding(extraction, imported, { start, worker, named }), assumptions });
}

/** Moves a function out of a module that does more than declare: only what the function needs is loaded by workers then. */
function moveFrom(
  extraction: Extraction,
  { model, named }: { readonly model: SourceModel; readonly named: NamedFunction },
  exportName: string,
): Result<TaskBinding, Refusal> | null {
  const { project } = extraction;
  const context = editContext(model, styleOf(model, project.esm));
  const worker = workerFileOf(project, model, extraction.executorModule);
  const isDone = worker.existing !== null && exportedTask(project, worker.existing, named.name) !== null;
  if (named.name !== exportName || isDone || buildOutputOf(model) !== null) return null;
  const moved = moveToWorker({ ...extraction, context }, named, extraction);
  return moved.ok ? ok({ ...moved.value, name: nameAtCall(extraction) }) : moved;
}

/** How the call names its function: that is a task by itself. */
const nameAtCall = ({ context, call }: Extraction): string =>
  skipOuter(call.expression).getText(context.model.file);

/** Turns a function of a worker module into a task, in place. */
const namingEdits = (worker: WorkerFile, exportName: string): readonly TextEdit[] =>
  workerFileEdits(
    worker,
    [executorImport(worker)],
    [`${taskCall(worker, exportName, exportName)}${worker.style.semicolon}`],
  );

/** Where the task is made: the module of the function, and the worker module next to it. */
interface Beside {
  readonly start: SourceModel;
  readonly worker: WorkerFile;
  readonly named: NamedFunction;
}

/** `report.js` → `report.worker.js`, which imports it and names the task. */
function besideBinding(
  { context, project, call }: Extraction,
  { specifier, exportName }: ImportedName,
  { start, worker, named }: Beside,
): Pick<TaskBinding, 'name' | 'edits'> {
  const wanted = exportName === 'default' ? defaultName(named) : exportName;
  const isThere = worker.existing !== null && exportedTask(project, worker.existing, wanted) !== null;
  const taskName = isThere || !declares(worker, wanted) ? wanted : `${wanted}Task`;
  const edits = isThere ? [] : besideEdits(worker, exportName, taskName);
  const from = specifierBeside(specifier, start.path, worker.stem);
  const retired = onlyUse(context.model, call);
  const known = importedAlready(context.model, from, taskName);
  if (known !== null) {
    const dropped = retired === null ? [] : dropBinding(context.model, retired);
    return { name: known, edits: [...edits, ...dropped] };
  }
  const bound = bindExport(context, {
    specifier: from,
    exportName: taskName,
    wanted: [taskName, `${taskName}Task`],
    retired,
    near: null,
  });
  return { name: bound.name, edits: [...edits, ...bound.edits] };
}

const defaultName = ({ name }: NamedFunction): string => (/^[\w$]+$/.test(name) ? name : 'run');

/** The local name under which a file already has an export of a module, or null. */
function importedAlready(model: SourceModel, specifier: string, exportName: string): string | null {
  const visit = (node: ts.Node): string | undefined => {
    if ((ts.isImportSpecifier(node) || ts.isBindingElement(node)) && ts.isIdentifier(node.name)) {
      const exported = (node.propertyName ?? node.name).getText(model.file);
      if (exported === exportName && specifierOf(node) === specifier) return node.name.text;
    }
    return ts.forEachChild(node, visit);
  };
  for (const statement of model.file.statements) {
    const found = isImporting(model, statement) ? visit(statement) : undefined;
    if (found !== undefined) return found;
  }
  return null;
}

const sourceEnding = /\.[cm]?[jt]sx?$/;

/** `./lib.js` → `./lib.worker.js`, and `./lib` → `./lib/index.worker` where that is the folder of `path`. */
function specifierBeside(specifier: string, path: string, stem: string): string {
  const ending = sourceEnding.exec(specifier)?.[0] ?? '';
  const base = specifier.slice(0, specifier.length - ending.length).replace(/\/$/, '');
  const file = path.replaceAll('\\', '/').split('/').at(-1)?.replace(sourceEnding, '');
  const isFolder = ending === '' && base.split('/').at(-1) !== file;
  const beside = isFolder ? `${base}/${stem}` : base.replace(/[^/]+$/, stem);
  return beside + ending.replace('x', '');
}

function besideEdits(worker: WorkerFile, exportName: string, taskName: string): readonly TextEdit[] {
  const stem = worker.stem.replace(/\.worker$/, '');
  const namespace = stem
    .replaceAll(/[^\w$]+(\w?)/g, (_, letter: string) => letter.toUpperCase())
    .replace(/^\d/, '_$&');
  const local = namespace === taskName ? `${namespace}Module` : namespace;
  const original =
    exportName === 'default' && worker.style.modules === 'require' ? local : `${local}.${exportName}`;
  const made = taskCall(worker, taskName, original);
  return workerFileEdits(
    worker,
    [executorImport(worker), { specifier: worker.owner, names: local }],
    [
      `/** Runs on a worker thread by \`await toThread(${taskName}, …)\`. */${worker.style.eol}${exportTask(worker, taskName, made)}`,
    ],
  );
}

/** The import of the callee when the call is its only use, so that it can go. */
function onlyUse(model: SourceModel, call: ts.CallExpression): ts.Declaration | null {
  const callee = skipOuter(call.expression);
  const symbol = ts.isIdentifier(callee) ? symbolOf(model, callee) : undefined;
  return symbol !== undefined && referencesTo(model, symbol).length === 1
    ? (symbol.declarations?.[0] ?? null)
    : null;
}
