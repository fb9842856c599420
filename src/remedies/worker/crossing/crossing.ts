import type ts from 'typescript';
import { err, ok } from '../../../base/result.ts';
import type { Result } from '../../../base/result.ts';
import { assumptionAt } from '../../assumption.ts';
import type { Assumption } from '../../assumption.ts';
import { copyCost } from './copyCost.ts';
import type { MovableAcross } from './crossModule.ts';
import type { NamedFunction } from '../../../code/namedFunction.ts';
import { patchUsedBy } from './patchedBuiltins.ts';
import type { Refusal } from '../../plan.ts';
import type { ProjectSources } from '../../../code/modules/projectSources.ts';
import { refusalAt } from '../../refuse.ts';
import type { SourceModel } from '../../../code/sourceModel.ts';
import { isPrimitiveType } from './typeKind.ts';
import { unknownMethodIn } from './unknownMethods.ts';
import { answersOf } from '../../../code/answersOf.ts';
import { valueKind } from './valueKind.ts';
import { givesItsInput } from './workerAnswer.ts';

/** Why code would do something else in a worker, whose globals and whose arguments are other objects; null when it would not. */
export function obstacleInWorker(
  project: ProjectSources,
  { code }: Pick<MovableAcross, 'code'>,
): Refusal | null {
  const method = unknownMethodIn(code);
  const patch = patchUsedBy(project, code);
  if (patch !== null) {
    const message = `${patch.title} is changed here for the whole process, and a worker has its own: make it a function of a module first.`;
    return refusalAt(patch.model, patch.node, 'side-effect', message);
  }
  if (method === null) return null;
  const text = method.node.getText(method.model.file).replace(/\s+/g, ' ').slice(0, 40);
  const message = `${text} calls a method that plain data does not have, and a worker receives only plain data.`;
  return refusalAt(method.model, method.node, 'argument-cannot-be-cloned', message);
}

/** What has to hold for arguments to arrive in a worker as they are. */
export const assumptionsOfArguments = (model: SourceModel, call: ts.CallExpression): readonly Assumption[] =>
  call.arguments.flatMap((each) => assumptionsOfValue(model, each));

/** Whether an argument of a call may be an object, which a result could be, too. */
export const isGivenObjects = (model: SourceModel, call: ts.CallExpression): boolean =>
  call.arguments.some((each) => valueKind(model, each).kind !== 'primitive');

/** What has to hold for a value to reach a worker unchanged; empty if that is proven. */
export function assumptionsOfValue(
  model: SourceModel,
  expression: ts.Expression,
  inside: ts.Node | null = null,
): readonly Assumption[] {
  const value = valueKind(model, expression, inside);
  if (value.kind === 'primitive' || value.kind === 'plain') return [];
  // Where the loss is known, its place is what a reader has to look at.
  const node = value.kind === 'lossy' ? value.node : expression;
  const name = value.kind === 'lossy' ? value.what : expression.getText(model.file);
  return [assumptionAt(model, node, 'loses-shape', name)];
}

/** What has to hold for the answer of a function to come back as it is. */
export function assumptionsOfAnswer(
  model: SourceModel,
  named: NamedFunction,
  isGivenObjects: boolean,
): readonly Assumption[] {
  const { fn } = named;
  if (fn.type !== undefined && isPrimitiveType(fn.type)) return [];
  const answers = answersOf(fn);
  const identity = givesItsInput(model, named, isGivenObjects)
    ? answers
        .slice(0, 1)
        .map((each) => assumptionAt(model, each, 'loses-identity', `What ${named.name} gives`))
    : [];
  return [...answers.flatMap((each) => assumptionsOfValue(model, each, fn)), ...identity];
}

/** The same as an outcome: what has to hold, or why it cannot. */
export function checkInWorker(
  project: ProjectSources,
  model: SourceModel,
  named: NamedFunction,
  movable: MovableAcross,
  isGivenObjects: boolean,
): Result<readonly Assumption[], Refusal> {
  const obstacle = obstacleInWorker(project, movable) ?? copyCost(project, { model, named });
  if (obstacle !== null) return err(obstacle);
  return ok([...movable.assumptions, ...assumptionsOfAnswer(model, named, isGivenObjects)]);
}
