import ts from 'typescript';
import { ok } from '../../base/result.ts';
import type { Result } from '../../base/result.ts';
import { skipOuter } from '../../code/bindings.ts';
import { checkAcrossModules } from './crossModule.ts';
import { exportedFunction } from '../../code/exportedFunction.ts';
import { bindExport } from '../edits/importEdits.ts';
import type { EditContext } from '../edits/importEdits.ts';
import type { ImportedName } from '../../code/importedName.ts';
import type { Refusal, TextEdit } from '../plan.ts';
import type { ProjectSources } from '../../code/projectSources.ts';
import { firstLoadEffect } from '../../code/pureModule.ts';
import { refuse } from '../refuse.ts';
import { modelSource, referencesTo, symbolOf } from '../../code/sourceModel.ts';
import type { SourceModel } from '../../code/sourceModel.ts';
import { declares, exportTask, executorImport, workerFileEdits, workerFileOf } from './workerFile.ts';
import { copiesWarning, givesItsInput } from './workerAnswer.ts';
import type { TaskBinding, WorkerFile } from './workerFile.ts';

/** `report.js` → `report.worker.js`, which imports it and names the task. */
export function taskBeside(
  context: EditContext,
  project: ProjectSources,
  call: ts.CallExpression,
  { specifier, exportName, source }: ImportedName,
): Result<TaskBinding, Refusal> {
  const start = modelSource(source);
  const found = exportedFunction(project, start, exportName);
  if (found === null) {
    const message = `${exportName} of ${specifier} is not a plain function, so a worker cannot call it.`;
    return refuse(context.model, call, 'function-not-importable', message);
  }
  const movable = checkAcrossModules(project, found.model, found.named);
  if (!movable.ok) return movable;
  const effect = firstLoadEffect(project, start);
  if (effect !== null) {
    const message = `Every worker would load ${specifier}, and loading it does more than declare: move ${exportName} to a module of its own.`;
    return refuse(effect.model, effect.node, 'side-effect', message);
  }
  const worker = workerFileOf(project, start, namesAsOnDisk(specifier));
  const taskName = exportName === 'default' ? found.named.name : exportName;
  const edits = declares(worker, taskName) ? [] : besideEdits(worker, exportName, taskName);
  const bound = bindExport(context, {
    specifier: specifierBeside(specifier, start.path, worker.stem),
    exportName: taskName,
    wanted: [taskName, `${taskName}Task`],
    retired: onlyUse(context.model, call),
    near: null,
  });
  const warnings = givesItsInput(found.model, found.named) ? [copiesWarning] : [];
  return ok({ name: bound.name, edits: [...edits, ...bound.edits], warnings });
}

const sourceEnding = /\.[cm]?[jt]sx?$/;

/** Whether a specifier names a TypeScript file as it is on disk; undefined where it names no such file at all. */
function namesAsOnDisk(specifier: string): boolean | undefined {
  const ending = sourceEnding.exec(specifier)?.[0];
  return ending?.includes('t');
}

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
  const { quote } = worker.style;
  const made = `task(${worker.here}, ${quote}${worker.stem}#${taskName}${quote}, ${original})`;
  return workerFileEdits(
    worker,
    [executorImport, { specifier: worker.owner, names: local }],
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
