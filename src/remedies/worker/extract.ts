import type ts from 'typescript';
import { err, ok } from '../../base/result.ts';
import type { Result } from '../../base/result.ts';
import { loopDepth } from '../../code/calls/loopDepth.ts';
import { joinEdits } from '../edits/applyEdits.ts';
import { checkArguments } from './cloneability.ts';
import { extractExpression, isOwnMethod } from './extractExpression.ts';
import { extractFunction } from './extractFunction.ts';
import type { EditContext } from '../edits/importEdits.ts';
import type { Plan, Refusal } from '../plan.ts';
import type { ProjectSources } from '../../code/projectSources.ts';
import { refuse } from '../refuse.ts';
import type { SourceModel } from '../../code/sourceModel.ts';
import { threadCallEdits } from './thread.ts';
import { importOf } from '../async/twinExpression.ts';
import { changeOfResult, copiesWarning } from './workerAnswer.ts';

/** Refuses where the result holds copies and the code around the call changes them, which the originals would not see. */
function copiesAreChanged(
  model: SourceModel,
  call: ts.CallExpression,
  warnings: readonly string[],
): Result<never, Refusal> | null {
  const change = warnings.includes(copiesWarning) ? changeOfResult(model, call) : null;
  if (change === null) return null;
  const message =
    'What the call gives is changed here; from a worker it would be a copy, and the original would stay as it is.';
  return refuse(model, change, 'result-cannot-be-cloned', message);
}

const perRound = (name: string): string =>
  `Each round of the loop now waits for a worker. If one call of ${name}() is short, move the function around the loop instead.`;

/**
 * Remedy `extract`: the user's own computation gets a worker module, and the call runs it there. Methods of values
 * (`text.replace(/…/, '')`) become a function of what they use.
 */
export function planExtract(
  context: EditContext,
  project: ProjectSources,
  call: ts.CallExpression,
  executorModule: string,
): Result<Plan, Refusal> {
  if (isOwnMethod(context.model, call)) {
    const plan = extractExpression(context, project, call, executorModule);
    return (plan.ok ? copiesAreChanged(context.model, call, plan.value.warnings) : null) ?? plan;
  }
  const refusal = checkArguments(context.model, call);
  if (refusal !== null) return err(refusal);
  const loops = loopDepth(call);
  const name = call.expression.getText(context.model.file);
  if (loops > 1) {
    const message = `${name}() is called in a loop within a loop: handing each call to a worker costs more than it saves. Move the function around the loops instead.`;
    return refuse(context.model, call, 'called-in-loop', message);
  }
  const task = extractFunction(context, project, call);
  if (!task.ok) return task;
  const copied = copiesAreChanged(context.model, call, task.value.warnings);
  if (copied !== null) return copied;
  const runner = importOf(context, call, executorModule, 'toThread', null);
  const edits = [
    ...threadCallEdits(context, call, `${runner.name}(`, task.value.name),
    ...task.value.edits,
    ...runner.edits,
  ];
  return ok({
    kind: 'extract',
    title: `Move ${task.value.name} to a worker module, await toThread(${task.value.name}, …)`,
    edits: joinEdits(edits),
    needsExecutor: true,
    asyncSpread: [],
    typeChecked: false,
    assumptions: [],
    warnings: [...task.value.warnings, ...(loops === 0 ? [] : [perRound(name)])],
  });
}
