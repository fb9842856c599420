import ts from 'typescript';
import type { Result } from '../../base/result.ts';
import { skipOuter } from '../../code/bindings.ts';
import type { Extraction } from './extraction.ts';
import { importedName } from '../../code/modules/importedName.ts';
import { moveToWorker } from './moveToWorker.ts';
import { namedFunctionOf } from '../../code/namedFunction.ts';
import type { Refusal } from '../plan.ts';
import { refuse } from '../refuse.ts';
import { symbolOf } from '../../code/sourceModel.ts';
import { taskBeside } from './taskBeside.ts';
import type { TaskBinding } from './workerFile.ts';

/**
 * Makes the user's own function a task. If its module only declares things, the function gets a worker module next to
 * that. If it is in the file of the call, it moves into such a module.
 */
export function functionToTask(extraction: Extraction): Result<TaskBinding, Refusal> {
  const { context, project, call } = extraction;
  const { model } = context;
  const callee = skipOuter(call.expression);
  const imported = importedName(project, model, callee);
  if (imported !== null) return taskBeside(extraction, imported);
  const declaration = ts.isIdentifier(callee) ? symbolOf(model, callee)?.declarations?.[0] : undefined;
  const named = declaration === undefined ? null : namedFunctionOf(declaration);
  if (named === null) {
    const text = callee.getText(model.file).replace(/\s+/g, ' ').slice(0, 40);
    const message = `${text} is not a function of its own: move it to the top level of a module first.`;
    return refuse(model, call, 'function-not-importable', message);
  }
  return moveToWorker(extraction, named);
}
