import ts from 'typescript';
import { err, ok } from '../../base/result.ts';
import type { Result } from '../../base/result.ts';
import { loopDepth } from '../../code/calls/loopDepth.ts';
import { assumptionAt } from '../assumption.ts';
import type { Assumption } from '../assumption.ts';
import { enclosingFunction } from '../../code/scopes.ts';
import { nameOfFunction } from '../safety/awaitContext.ts';
import { skipOuter } from '../../code/bindings.ts';
import type { Refusal } from '../plan.ts';
import { refusalAt } from '../refuse.ts';
import { symbolOf } from '../../code/sourceModel.ts';
import type { SourceModel } from '../../code/sourceModel.ts';
import { counted } from '../../wording/numbers/formatNumbers.ts';

/** A trip to a worker takes about a tenth of a millisecond: so many of them are felt by themselves. */
const mostRounds = 1000;

/** Whether a call in a loop may become a trip to a worker in each round: refused where the trips cost more than they save. */
export function checkRounds(
  model: SourceModel,
  call: ts.CallExpression,
): Result<readonly Assumption[], Refusal> {
  const loops = loopDepth(call);
  if (loops === 0) return ok([]);
  const name = call.expression.getText(model.file);
  const rounds = roundsOf(model, call);
  const around = enclosingFunction(call);
  const owner = around === null ? 'the code' : nameOfFunction(around);
  const better = `Move ${owner === 'This function' ? 'the function' : owner} around the loop instead.`;
  const no = (why: string): Result<never, Refusal> =>
    err(
      refusalAt(
        model,
        call,
        'called-in-loop',
        `${name}() is called ${why}: handing each call to a worker costs more than it saves. ${better}`,
      ),
    );
  if (loops > 1) return no('in a loop within a loop');
  if (rounds !== null && rounds > mostRounds) return no(counted(rounds, 'time'));
  if (rounds === null && isShort(model, call)) return no('in a loop, and each call is short');
  return ok([assumptionAt(model, call, 'one-trip-per-round', `${name}()`)]);
}

/** How often the loop around a call runs, if the source says so. */
function roundsOf(model: SourceModel, call: ts.Node): number | null {
  const around = ts.findAncestor(call, (each): each is ts.IterationStatement =>
    ts.isIterationStatement(each, false),
  );
  if (around === undefined) return null;
  if (ts.isForOfStatement(around)) {
    const list = skipOuter(around.expression);
    return ts.isArrayLiteralExpression(list) ? list.elements.length : null;
  }
  if (!ts.isForStatement(around) || around.condition === undefined) return null;
  const { condition } = around;
  return ts.isBinaryExpression(condition) ? numberOf(model, condition.right) : null;
}

function numberOf(model: SourceModel, expression: ts.Expression): number | null {
  const node = skipOuter(expression);
  if (ts.isNumericLiteral(node)) return Number(node.text);
  const declaration = ts.isIdentifier(node) ? symbolOf(model, node)?.valueDeclaration : undefined;
  return declaration !== undefined &&
    ts.isVariableDeclaration(declaration) &&
    declaration.initializer !== undefined
    ? numberOf(model, declaration.initializer)
    : null;
}

/** Whether the function of the file that is called neither repeats nor calls anything: its time does not grow with anything. */
function isShort(model: SourceModel, call: ts.CallExpression): boolean {
  const callee = skipOuter(call.expression);
  const declaration = ts.isIdentifier(callee) ? symbolOf(model, callee)?.declarations?.[0] : undefined;
  const fn =
    declaration !== undefined && ts.isVariableDeclaration(declaration)
      ? declaration.initializer
      : declaration;
  if (fn === undefined || !ts.isFunctionLike(fn)) return false;
  const isLong = (node: ts.Node): boolean =>
    ts.isIterationStatement(node, false) ||
    ts.isRegularExpressionLiteral(node) ||
    (ts.isCallExpression(node) && !/^Math\.\w+$/.test(node.expression.getText())) ||
    ts.isNewExpression(node) ||
    ts.isSpreadElement(node) ||
    (ts.forEachChild(node, isLong) ?? false);
  return !isLong(fn);
}
