import type ts from 'typescript';
import type { BlockingCall } from '../../code/catalog/findBlockingCalls.ts';
import { ok } from '../../base/result.ts';
import type { Result } from '../../base/result.ts';
import { awaitWrapping } from '../edits/awaitEdit.ts';
import { joinEdits } from '../edits/applyEdits.ts';
import type { EditContext } from '../edits/importEdits.ts';
import type { Plan, Refusal, TextEdit } from '../plan.ts';
import { twinArgumentAssumptions } from '../safety/argumentAssumptions.ts';
import { planSleep } from './sleepTwin.ts';
import { twinExpression } from './twinExpression.ts';
import { twinRecipe } from './twinRecipe.ts';
import type { TwinRecipe } from './recipe.ts';

/** Remedy `async`: the call becomes its awaited non-blocking twin, with the imports that needs; whether it can be awaited is checked elsewhere. */
export function planAsyncTwin(context: EditContext, blocking: BlockingCall): Result<Plan, Refusal> {
  if (blocking.api.export === 'Atomics.wait') return planSleep(context, blocking.call);
  const recipe = twinRecipe(context.model, blocking);
  if (!recipe.ok) return recipe;
  const twin = twinExpression(context, blocking, recipe.value);
  return ok({
    kind: 'async',
    title: `Use the asynchronous version: await ${recipe.value.export}(…)`,
    edits: joinEdits([...callEdits(context, blocking.call, recipe.value, twin.name), ...twin.edits]),
    needsExecutor: false,
    asyncSpread: [],
    typeChecked: false,
    assumptions: [...recipe.value.assumptions, ...twinArgumentAssumptions(context.model, blocking)],
    warnings: [],
  });
}

function callEdits(
  { model }: EditContext,
  call: ts.CallExpression,
  recipe: TwinRecipe,
  twin: string,
): readonly TextEdit[] {
  const { before, after } = awaitWrapping(model, call, recipe.pick);
  const start = call.getStart(model.file);
  const end = call.getEnd();
  const insertion = recipe.insertion && {
    path: model.path,
    start: recipe.insertion.at,
    end: recipe.insertion.end ?? recipe.insertion.at,
    text: recipe.insertion.text,
  };
  return [
    { path: model.path, start, end: call.expression.getEnd(), text: before + recipe.lead + twin },
    ...(insertion === null ? [] : [insertion]),
    { path: model.path, start: end, end, text: recipe.tail + after },
  ];
}
