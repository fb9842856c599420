import type ts from 'typescript';
import { err, ok } from '../../base/result.ts';
import type { Result } from '../../base/result.ts';
import { joinEdits } from '../edits/applyEdits.ts';
import type { Assumption } from '../assumption.ts';
import { checkArguments } from './cloneability.ts';
import { assumptionsOfArguments } from './crossing/crossing.ts';
import { expressionToTask, isOwnMethod } from './expressionToTask.ts';
import { functionToTask } from './functionToTask.ts';
import type { Extraction } from './extraction.ts';
import type { Plan, Refusal } from '../plan.ts';
import { refuse } from '../refuse.ts';
import { checkRounds } from './roundTrips.ts';
import type { SourceModel } from '../../code/sourceModel.ts';
import { threadCallEdits } from './thread.ts';
import { importOf } from '../async/twinExpression.ts';
import { changeOfResult, comparisonOfResult } from './crossing/workerAnswer.ts';

/** Refuses where the result holds copies and the code around the call changes or compares them as if they were the originals. */
function copiesAreUsed(
  model: SourceModel,
  call: ts.CallExpression,
  assumptions: readonly Assumption[],
): Result<never, Refusal> | null {
  if (!assumptions.some(({ code }) => code === 'loses-identity')) return null;
  const change = changeOfResult(model, call);
  if (change !== null) {
    const message =
      'The result of the call is changed here. From a worker it would be a copy, and the original would stay unchanged.';
    return refuse(model, change, 'result-cannot-be-cloned', message);
  }
  const comparison = comparisonOfResult(model, call);
  if (comparison === null) return null;
  const message =
    'The result of the call is compared or looked up here. From a worker it would be a copy, which equals nothing else.';
  return refuse(model, comparison, 'compares-identity', message);
}

/**
 * Remedy `extract`: the user's own computation gets a worker module, and the call runs it there. Methods of values
 * (`text.replace(/…/, '')`) become a function of what they use.
 */
export function planExtract(extraction: Extraction): Result<Plan, Refusal> {
  const { context, call } = extraction;
  const rounds = checkRounds(context.model, call);
  if (!rounds.ok) return rounds;
  const plan = isOwnMethod(context.model, call) ? expressionToTask(extraction) : planFunction(extraction);
  if (!plan.ok) return plan;
  const assumptions = [...plan.value.assumptions, ...rounds.value];
  return copiesAreUsed(context.model, call, assumptions) ?? ok({ ...plan.value, assumptions });
}

function planFunction(extraction: Extraction): Result<Plan, Refusal> {
  const { context, call, executorModule } = extraction;
  const refusal = checkArguments(context.model, call);
  if (refusal !== null) return err(refusal);
  const task = functionToTask(extraction);
  if (!task.ok) return task;
  const { name, edits, assumptions } = task.value;
  const runner = importOf(context, call, { module: executorModule, exportName: 'toThread' });
  return ok({
    kind: 'extract',
    title: `Move ${name} to a worker module: await toThread(${name}, …)`,
    edits: joinEdits([...threadCallEdits(context, call, `${runner.name}(`, name), ...edits, ...runner.edits]),
    needsExecutor: true,
    asyncSpread: [],
    typeChecked: false,
    assumptions: [...assumptions, ...assumptionsOfArguments(context.model, call)],
    warnings: [],
  });
}
