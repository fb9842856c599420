import ts from 'typescript';
import { declarationsOf } from '../../../code/references/projectModel.ts';
import type { ProjectModel } from '../../../code/references/projectModel.ts';
import type { Refusal } from '../../plan.ts';
import { refusalAt } from '../../refuse.ts';
import type { PlainFunction } from '../asyncFunction.ts';
import { orderMatters } from './orderMatters.ts';

/**
 * Why the callbacks of a call must not start all at once, as with `Promise.all`: what one of them changes may be seen by
 * another one, or it is not known what they change. Null when they may.
 */
export function refuseTogether(
  project: ProjectModel,
  call: ts.CallExpression,
  waiting: ReadonlySet<PlainFunction>,
): Refusal | null {
  const name = ts.isPropertyAccessExpression(call.expression) ? call.expression.name.text : 'map';
  const [callback] = call.arguments.flatMap((each) => functionOf(project, each, waiting));
  if (callback === undefined) {
    const message = `What this ${name}() callback changes is not known: rewrite it as a for…of loop first.`;
    return refusalAt(project.modelOf(call), call, 'in-sync-callback', message);
  }
  const culprit = orderMatters(project.modelOf(call), callback, waiting);
  if (culprit === null) return null;
  const message = `The callbacks of this ${name}() may build on each other: rewrite it as a for…of loop first.`;
  return refusalAt(project.modelOf(culprit), culprit, 'in-sync-callback', message);
}

/** The function that an argument is, or names if it is one that becomes async. */
function functionOf(
  project: ProjectModel,
  argument: ts.Expression,
  waiting: ReadonlySet<PlainFunction>,
): readonly PlainFunction[] {
  if (ts.isArrowFunction(argument) || ts.isFunctionExpression(argument)) return [argument];
  if (!ts.isIdentifier(argument)) return [];
  const [declaration] = declarationsOf(project, argument);
  const value =
    declaration !== undefined && ts.isVariableDeclaration(declaration)
      ? declaration.initializer
      : declaration;
  return [...waiting].filter((each) => each === value);
}
