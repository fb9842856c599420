import { basename } from 'node:path';
import ts from 'typescript';
import type { Result } from '../base/result.ts';
import { isFunctionNode, titleOf } from '../code/calls/functionAt.ts';
import type { SourceModel } from '../code/sourceModel.ts';
import type { Refusal } from './plan.ts';
import { refuse } from './refuse.ts';

/** The module that a call of `require` or `import` loads, as written; null for any other call. */
function loadedBy({ expression, arguments: [first] }: ts.CallExpression): string | null {
  const isLoad =
    expression.kind === ts.SyntaxKind.ImportKeyword ||
    (ts.isIdentifier(expression) && expression.text === 'require');
  if (!isLoad || first === undefined) return null;
  return ts.isStringLiteralLike(first) ? first.text : 'a module';
}

function functionAround(node: ts.Node): ts.FunctionLikeDeclaration | null {
  for (let at = node.parent; !ts.isSourceFile(at); at = at.parent) if (isFunctionNode(at)) return at;
  return null;
}

/** Why loading a module cannot be moved off the loop, and when to load it; null for any other call. */
export function refuseLoading(model: SourceModel, call: ts.CallExpression): Result<never, Refusal> | null {
  const loaded = loadedBy(call);
  if (loaded === null) return null;
  const message =
    functionAround(call) === null
      ? `${loaded} is loaded at start-up, before any request. Load less to start faster.`
      : `The first call loads ${loaded}, which takes time: load it at start-up, at the top of ${basename(model.path)}.`;
  return refuse(model, call, 'loads-a-module', message);
}

/** Whether a call runs in each round of a loop of its own function. */
function isInLoop(call: ts.Node): boolean {
  for (let at: ts.Node = call; !ts.isSourceFile(at.parent) && !isFunctionNode(at); at = at.parent) {
    const { parent } = at;
    if (ts.isForOfStatement(parent) ? at === parent.statement : ts.isIterationStatement(parent, false))
      return true;
  }
  return false;
}

/**
 * What helps if a call is awaited in a loop, or iterated by `for await`: each round may be short, but none of them lets
 * the event loop turn. Null for any other call.
 */
export function adviceForLoop(call: ts.CallExpression): string | null {
  const { parent } = call;
  const isLoopedOver =
    ts.isForOfStatement(parent) && parent.awaitModifier !== undefined && parent.expression === call;
  if (!isLoopedOver && !(ts.isAwaitExpression(parent) && isInLoop(call))) return null;
  const around = functionAround(call);
  const all = around === null ? 'the loop' : `all of ${titleOf(around)}`;
  return (
    'If nothing that it awaits really waits, the loop around it never lets the event loop turn. Pause in that loop every few hundred rounds ' +
    `(await scheduler.yield(), or setImmediate() of node:timers/promises), or move ${all} to a worker.`
  );
}
